const THOUGHT = 'Qthoughtq'
const ANSWER = 'Qanswerq'

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
