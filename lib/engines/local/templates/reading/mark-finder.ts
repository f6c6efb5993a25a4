import { Mark } from './mark'
import type { CallForm, ReplyFormat } from './reply-format'

/** A mark in what has come: where it begins, and where it ends; `more` when that is not certain yet. */
export type Found = { at: number; end: number | 'more' } & (
  | { kind: 'thought' | 'wrapper' }
  /** Forms that this mark may open, the likeliest first. */
  | { kind: 'call'; forms: readonly CallForm[] }
)

const OBJECT = new Mark('{')

/** Finds the marks of a family in what a model writes. */
export class MarkFinder {
  readonly #format: ReplyFormat
  readonly #hasTools: boolean

  constructor(format: ReplyFormat, hasTools: boolean) {
    this.#format = format
    this.#hasTools = hasTools
  }

  /** The first mark in a text; thoughts and bare JSON only begin at the start of an answer. */
  inText(text: string, isAtStart: boolean, isAtEnd: boolean): Found | undefined {
    const { thinking, wrappers } = this.#format
    const found = [...wrappers.flatMap((mark) => this.#wrapper(mark, text)), ...this.#calls(text)]
    if (isAtStart) {
      const at = text.length - text.trimStart().length
      if (thinking) {
        found.push(...placed(thinking.open, text, at, { kind: 'thought' }))
        // A thought that is closed before it began says nothing.
        for (const mark of thinking.closes)
          found.push(...placed(mark, text, at, { kind: 'wrapper' }))
      }
      const bare = this.#hasTools
        ? this.#format.calls.filter(({ opens }) => opens.length === 0)
        : []
      if (bare.length > 0) found.push(...placed(OBJECT, text, at, { kind: 'call', forms: bare }))
    }
    return first(found, isAtEnd)
  }

  /** The first mark that ends a thought. */
  inThought(text: string, isAtEnd: boolean): Found | undefined {
    const { thinking } = this.#format
    if (!thinking) return undefined
    const closes = thinking.closes.flatMap((mark) => this.#wrapper(mark, text))
    return first(thinking.endsWithCall ? [...closes, ...this.#calls(text)] : closes, isAtEnd)
  }

  #wrapper(mark: Mark, text: string): Found[] {
    const place = mark.find(text)
    return place ? [{ ...place, kind: 'wrapper' }] : []
  }

  #calls(text: string): Found[] {
    if (!this.#hasTools) return []
    return this.#format.calls.flatMap((form) =>
      form.opens.flatMap((mark): Found[] => {
        const place = mark.find(text)
        return place ? [{ ...place, kind: 'call', forms: [form] }] : []
      }),
    )
  }
}

function placed(
  mark: Mark,
  text: string,
  at: number,
  what: { kind: 'thought' | 'wrapper' } | { kind: 'call'; forms: readonly CallForm[] },
): Found[] {
  if (at >= text.length) return []
  const end = mark.match(text, at)
  return end === undefined ? [] : [{ at, end, ...what }]
}

/**
 * The one that begins first; of these one that is not certain, since it is longer, else the longest. Calls that begin
 * alike are one mark with several forms.
 */
function first(found: readonly Found[], isAtEnd: boolean): Found | undefined {
  const length = ({ end }: Found) => (end === 'more' ? Number.POSITIVE_INFINITY : end)
  // What has only begun when nothing comes any more is no mark.
  const [best, ...others] = found
    .filter(({ end }) => !isAtEnd || end !== 'more')
    .toSorted((a, b) => a.at - b.at || length(b) - length(a))
  if (best?.kind !== 'call') return best
  const alike = others.flatMap((other) =>
    other.kind === 'call' && other.at === best.at && other.end === best.end ? other.forms : [],
  )
  return { ...best, forms: [...best.forms, ...alike] }
}

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
