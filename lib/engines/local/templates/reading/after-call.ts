import type { Mark } from './mark'
import type { CallForm } from './reply-format'

/** What follows a call, and how many characters it takes. */
export type AfterCall =
  | { kind: 'more' }
  | { kind: 'end' }
  | { kind: 'next' | 'item' | 'close'; length: number }

/**
 * Looks at what stands after a call: another one with its mark, one more in a list, a closing mark, or something else.
 * @param isOpen whether no closing mark has come, so that a list may go on
 */
export function lookAfterCall(form: CallForm, text: string, isOpen: boolean): AfterCall {
  const space = text.length - text.trimStart().length
  if (space === text.length) return { kind: 'more' }
  // What closes and divides a list says nothing, but it may be how a mark begins.
  const list = space + (/^[\s,;\]]*/.exec(text.slice(space))?.[0].length ?? 0)
  for (const at of new Set([space, list])) {
    const next = firstMatch([...form.opens, ...form.next], text, at)
    if (next === 'more') return { kind: 'more' }
    if (next !== undefined) return { kind: 'next', length: next }
    const closed = firstMatch(form.closes, text, at)
    if (closed === 'more') return { kind: 'more' }
    if (closed !== undefined) return { kind: 'close', length: closed }
  }
  if (list === text.length) return { kind: 'more' }
  return isOpen && isListItem(form, text.charAt(list))
    ? { kind: 'item', length: list }
    : { kind: 'end' }
}

function firstMatch(marks: readonly Mark[], text: string, at: number): number | 'more' | undefined {
  for (const mark of marks) {
    const end = mark.match(text, at)
    if (end !== undefined) return end
  }
  return undefined
}

/** In a list, and in bare JSON, the next call follows without a mark. */
function isListItem({ body }: CallForm, character: string): boolean {
  return body.kind === 'json' ? character === '{' : body.kind === 'literal' && /\w/.test(character)
}
