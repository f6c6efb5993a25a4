import type { ChatMessage, ToolDefinition } from '../../../types'
import type { ChatTemplate } from '../chat-template'
import { CALL_IDS, deriveCalls, type SampleCall } from './derive-calls'
import { deriveThinking } from './derive-thinking'
import { COMMON_CALL, familyNotes, thinkingForm } from './families'
import { Mark } from './mark'
import type { ReplyFormat } from './reply-format'

const USER: ChatMessage = { role: 'user', content: 'Quserq' }
const ANSWER = 'Qanswerq'

const TOOLS: readonly ToolDefinition[] = ['qtool_one', 'qtool_two'].map((name) => ({
  name,
  description: 'Qdescriptionq',
  parameters: {
    type: 'object',
    properties: { Qkeyaq: { type: 'string', description: '' }, Qkeybq: { description: '' } },
  },
}))

/** How a family writes its answers, read off what its template writes for a few of them. */
export function deriveFormat(template: ChatTemplate): ReplyFormat {
  const reply = (message: ChatMessage) => writtenReply(template, message)?.reply
  const answer = reply({ role: 'assistant', content: ANSWER }) ?? ''
  const answerStart = answer.slice(0, Math.max(0, answer.indexOf(ANSWER)))
  const write = (calls: readonly SampleCall[]) =>
    reply({ role: 'assistant', content: '', toolCalls: calls })
  const thoughtful = template.attempt([USER], TOOLS, { enabled: true }) ?? ''
  const notes = familyNotes(`${template.source ?? ''}\n${thoughtful}`)
  const call = template.capabilities.calls ? deriveCalls(write, answerStart) : undefined
  const on = { enabled: true }
  const derived = deriveThinking(({ content, reasoning, withCall }) =>
    template.attempt(
      withCall
        ? [USER, { ...CALLING, content, reasoning }, RESULT]
        : [USER, { role: 'assistant', content, reasoning }, USER],
      TOOLS,
      on,
    ),
  )
  const thinking = notes.thinking ?? derived
  return {
    thinking: thinking ? thinkingForm(thinking, notes.callEndsThought ?? false) : null,
    calls: [...(call ? [call] : []), ...(notes.calls ?? []), COMMON_CALL],
    wrappers: (notes.wrappers ?? []).map((text) => new Mark(text)),
    isHarmony: notes.isHarmony ?? false,
  }
}

const RESULT: ChatMessage = { role: 'tool', content: 'Qresultq', toolCallId: CALL_IDS[0] }

const CALLING: Extract<ChatMessage, { role: 'assistant' }> = {
  role: 'assistant',
  content: '',
  toolCalls: [{ id: CALL_IDS[0], name: 'qtool_one', arguments: '{"Qkeyaq": "x"}' }],
}

/**
 * What a template writes for an answer, from where the model would begin to write; undefined where it refuses. Where
 * the prompt opens a thought that this answer has not, it begins before that.
 */
export function writtenReply(
  template: ChatTemplate,
  message: ChatMessage,
  thinking: { enabled?: boolean } = {},
): { prompt: string; reply: string } | undefined {
  const prompt = template.attempt([USER], TOOLS, thinking)
  const whole = template.attempt([USER, message], TOOLS, thinking, { isClosed: true })
  if (prompt === undefined || whole === undefined) return undefined
  let start = commonStart(prompt, whole)
  // Where the prompt says more before the answer, its last mark is still the one that the answer begins with.
  const last = /<[^<>\s]+>$/.exec(prompt)?.[0]
  if (start < prompt.length && last && whole.startsWith(last, start)) start += last.length
  return { prompt: whole.slice(0, start), reply: whole.slice(start) }
}

/** Where two texts part, but not inside a mark. */
function commonStart(prompt: string, whole: string): number {
  if (whole.startsWith(prompt)) return prompt.length
  let at = 0
  while (at < Math.min(prompt.length, whole.length) && prompt[at] === whole[at]) at++
  const open = whole.lastIndexOf('<', at - 1)
  return open > whole.lastIndexOf('>', at - 1) ? open : at
}
