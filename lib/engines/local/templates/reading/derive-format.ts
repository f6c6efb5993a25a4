import type { ChatMessage, ToolDefinition } from '../../../types'
import type { ChatTemplate } from '../chat-template'
import { CALL_IDS, deriveCalls, type SampleCall } from './derive-calls'
import { COMMON_CALL, familyNotes, thinkingForm } from './families'
import { Mark } from './mark'
import type { CallForm, ReplyFormat } from './reply-format'
import { turnEndIn, writtenCalls } from './written-calls'

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
  const thinking = notes.thinking
    ? { ...notes.thinking, closing: closingOf(notes.thinking.close, derived) }
    : derived
  const call = template.capabilities.calls ? deriveCalls(write, answerStart) : undefined
  const own: CallForm[] = call
    ? [{ ...call, written: writtenCalls(write, call.body, thinking?.close) }]
    : []
  const calls = [...own, ...(notes.calls ?? []), COMMON_CALL]
  const end = turnEndIn(answer.slice(answerStart.length + ANSWER.length))
  return {
    thinking: thinking ? thinkingForm(thinking, notes.callEndsThought ?? false) : null,
    calls,
    wrappers: (notes.wrappers ?? []).map((text) => new Mark(text)),
    answerStart: afterThought(answerStart, thinking?.close).trimStart(),
    turnStart: notes.turnStart ?? '',
    turnEnd: end === thinking?.close || opensCall(calls, end) ? null : end,
    isHarmony: notes.isHarmony ?? false,
  }
}

/** A mark with which a call begins does not end an answer. */
const opensCall = (calls: readonly CallForm[], end: string | null): boolean =>
  end !== null && calls.some(({ opens }) => opens.some(({ text }) => text.includes(end)))

const closingOf = (close: string, derived: { close: string; closing: string } | undefined) =>
  derived?.close === close ? derived.closing : close

/** What comes after the last thought in a text. */
function afterThought(text: string, close: string | undefined): string {
  const at = close === undefined ? -1 : text.lastIndexOf(close)
  return at < 0 ? text : text.slice(at + (close?.length ?? 0))
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

const THOUGHT = 'Qthoughtq'

/** What the template writes for one answer; undefined where it refuses. */
export type WriteAnswer = (answer: {
  content: string
  reasoning?: string
  withCall?: boolean
}) => string | undefined

/** One mark, in the brackets of any family. */
const LAST_MARK = /(<[^<>\s]+>|\[[^[\]\s]+\])\s*$/
const FIRST_MARK = /^\s*(<[^<>\s]+>|\[[^[\]\s]+\])\s*/

/**
 * The marks around a thought, read off what the template writes for one. Some write it before a call only.
 * Undefined where a template leaves thoughts out, or marks them with words.
 */
export function deriveThinking(
  write: WriteAnswer,
): { open: string; close: string; closing: string } | undefined {
  for (const withCall of [false, true]) {
    const text = write({ content: withCall ? '' : ANSWER, reasoning: THOUGHT, withCall })
    const at = text?.indexOf(THOUGHT) ?? -1
    if (text === undefined || at < 0) continue
    const open = LAST_MARK.exec(text.slice(0, at))?.[1]
    const [closing = '', close] = FIRST_MARK.exec(text.slice(at + THOUGHT.length)) ?? []
    if (open && close) return { open, close, closing }
  }
  return undefined
}
