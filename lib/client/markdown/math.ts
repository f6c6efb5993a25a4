import type { TokenizerExtension } from 'marked'
import type { SearchBudget } from './bounded-tokenizer'

/** A formula in TeX, as `marked` hands it on beside its own tokens. */
export type MathToken = {
  type: 'math'
  raw: string
  tex: string
  /** Whether it stands on lines of its own. */
  display: boolean
  /** Whether its end has not come yet. */
  open: boolean
}

/** No formula is longer, in characters: what looks for the end of one looks no further. */
const MAX_TEX = 3_000
/**
 * How far plain text is read at once, in characters: at each of them marked looks for the end of the line through all
 * spaces that follow.
 */
const STRIDE = 200

/** Formulas that are whole, where only their place counts; longer ones are not looked for. */
export const FORMULAS =
  /\$\$[^$]{1,500}\$\$|\\\[[\s\S]{1,500}?\\\]|\\\([^\n]{1,500}?\\\)|\\begin\{[\s\S]{1,500}?\\end\{\w+\*?\}|\$(?!\s)[^$\n]{1,500}(?<!\s)\$/g

type Delimiter = { open: string; close: string; display: boolean }

const DELIMITERS: readonly Delimiter[] = [
  { open: '$$', close: '$$', display: true },
  { open: '\\[', close: '\\]', display: true },
  { open: '\\(', close: '\\)', display: false },
]

/** Where a formula of its own lines may interrupt a paragraph; the search ends with the paragraph. */
const BLOCK_START = /\n[ \t]*\n|\n {0,3}(?:\$\$|\\\[|\\begin\{)/
const BLOCK = /^ {0,3}(?:\$\$|\\\[|\\begin\{)/
const INLINE = /^(?:\$|\\[([]|\\begin\{)/
const ENVIRONMENT = /^\\begin\{([a-zA-Z]+\*?)\}/

/**
 * Formulas as models write them: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and `\begin{…}…\end{…}`.
 * They are taken before any other markup, which would read their `_`, `*` and `\` as its own.
 * @param grows whether the end of the last one may still come
 */
export function mathExtensions(grows: boolean, budget: SearchBudget): TokenizerExtension[] {
  const bounded = (src: string, read: typeof blockMath) =>
    budget.search(Math.min(src.length, MAX_TEX), () => read(src, grows))
  const block: TokenizerExtension = {
    name: 'math',
    level: 'block',
    start: (src) => {
      const match = budget.isSpent ? null : BLOCK_START.exec(src)
      return match && !/^\n[ \t]*\n/.test(match[0]) ? match.index + 1 : undefined
    },
    tokenizer: (src) => (BLOCK.test(src) ? bounded(src, blockMath) : undefined),
  }
  const inline: TokenizerExtension = {
    name: 'math',
    level: 'inline',
    start: textEnd,
    tokenizer: (src) => (INLINE.test(src) ? bounded(src, inlineMath) : undefined),
  }
  return [block, inline]
}

/** A formula at the beginning of a line, when nothing but its end stands behind it. */
function blockMath(src: string, grows: boolean): MathToken | undefined {
  const [indent = ''] = /^ */.exec(src) ?? []
  const token = delimited(src.slice(indent.length), grows)
  if (!token?.display) return undefined
  const after = /^[ \t]*(?:\n+|$)/.exec(src.slice(indent.length + token.raw.length))
  return after ? { ...token, raw: indent + token.raw + after[0] } : undefined
}

function inlineMath(src: string, grows: boolean): MathToken | undefined {
  return delimited(src, grows) ?? singleDollars(src)
}

function delimited(src: string, grows: boolean): MathToken | undefined {
  const environment = ENVIRONMENT.exec(src)
  if (environment) {
    const close = `\\end{${environment[1]}}`
    const end = src.slice(0, MAX_TEX).indexOf(close)
    if (end >= 0) return math(src, 0, end + close.length, { display: true })
    return grows ? math(src, 0, src.length, { display: true, open: true }) : undefined
  }
  const found = DELIMITERS.find(({ open }) => src.startsWith(open))
  if (!found) return undefined
  const { open, close, display } = found
  const end = src.slice(0, MAX_TEX).indexOf(close, open.length)
  if (end > open.length) return math(src, open.length, end, { display }, close.length)
  const rest = src.slice(open.length)
  if (!grows || src.length > MAX_TEX || end >= 0 || /\n[ \t]*\n/.test(rest)) return undefined
  return math(src, open.length, src.length, { display, open: true })
}

type Kind = { display: boolean; open?: boolean }

function math(src: string, from: number, to: number, kind: Kind, closing = 0): MathToken {
  const tex = src.slice(from, to).trim()
  return { type: 'math', raw: src.slice(0, to + closing), tex, open: false, ...kind }
}

/**
 * `$x$`, by the rule of pandoc, so that prices stay text: no space inside of the signs, no digit behind the second.
 * @see https://pandoc.org/MANUAL.html#math
 */
function singleDollars(src: string): MathToken | undefined {
  const match = /^\$(?![\s$])((?:\\[^\n]|[^\\$\n]){1,1000}?)(?<!\s)\$(?![\d$])/.exec(src)
  if (!match) return undefined
  return { type: 'math', raw: match[0], tex: match[1] ?? '', display: false, open: false }
}

/** Where plain text has to end, because a formula may begin there or it is long. No address is cut. */
function textEnd(src: string): number | undefined {
  const ahead = src.slice(0, STRIDE)
  const at = ahead.indexOf('$')
  if (at >= 0 || src.length <= STRIDE) return at < 0 ? undefined : at
  const space = ahead.lastIndexOf(' ')
  return space > 0 ? space : ahead.replace(/[\w.:/@+-]+$/, '').length || STRIDE
}
