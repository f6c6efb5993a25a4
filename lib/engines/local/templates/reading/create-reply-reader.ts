import type { ToolDefinition } from '../../../types'
import { HarmonyReplyReader } from './harmony-reply-reader'
import { MarkedReplyReader } from './marked-reply-reader'
import type { ReplyFormat } from './reply-format'
import type { ReplyReader } from './reply-piece'

/**
 * Who reads the answer to a prompt.
 * @param prompt its text, which may have opened a thought
 */
export function createReplyReader(
  format: ReplyFormat,
  tools: readonly ToolDefinition[],
  prompt: string,
): ReplyReader {
  if (format.isHarmony) return new HarmonyReplyReader(tools)
  const reader = new MarkedReplyReader(format, tools, opensThought(format, prompt))
  // One family's prompts end in the mark that opens a call, or an answer.
  const opened = format.calls
    .flatMap(({ opens }) => opens)
    .find(({ text }) => prompt.endsWith(text))
  if (opened && tools.length > 0) reader.push(opened.text)
  return reader
}

/** Whether a prompt ends inside a thought. */
export function opensThought({ thinking }: ReplyFormat, prompt: string): boolean {
  if (!thinking) return false
  const end = prompt.slice(-200).trimEnd()
  return end.endsWith(thinking.open.text)
}
