import { FORMULAS } from './math'

/** Signs that are meant as such open nothing. */
const ESCAPED = /\\[^\w\s([]/g
const OPEN_FORMULA = /\$\$|\\\[|\\\(|\\begin\{/
const SIGNS = /`+|\*+|_+|~~/g
/** A link whose address, or text, has not come whole yet. */
const HALF_LINK = /!?\[([^[\]\n]*)(?:\]\([^()\n]*)?$/
/** Longer ones are shown as they are until they are whole. */
const MAX_LENGTH = 10_000

/**
 * Closes what the end of a growing text leaves open, so that `**a fo` is bold already, and no sign of it is seen that
 * goes away again. Signs of which nobody knows yet what they will be are left out. Formulas stay as they are.
 */
export function completeMarkdown(text: string): string {
  const fenced = /^ {0,3}(?:```|~~~)/.test(text)
  if (fenced || text.length > MAX_LENGTH) return text
  // The same length, so that a place in one is the same place in the other.
  const masked = text.replace(FORMULAS, hidden).replace(ESCAPED, hidden)
  if (OPEN_FORMULA.test(masked)) return text
  const bare = text.slice(0, text.length - trailingSigns(masked))
  const open = openSigns(masked.slice(0, bare.length))
  if (open.at(-1)?.startsWith('`')) return bare + open.reverse().join('')
  const half = HALF_LINK.exec(masked.slice(0, bare.length))
  const shown = half
    ? bare.slice(0, half.index) + bare.slice(half.index).replace(HALF_LINK, '$1')
    : bare
  return shown + open.reverse().join('')
}

const hidden = (text: string) => 'a'.repeat(text.length)

/** How many signs stand at the end that open something: after a space, and nothing behind them. */
function trailingSigns(text: string): number {
  return /(?<=\s)(?:\*{1,3}|_{1,3}|~~|`+)$/.exec(text)?.[0].length ?? 0
}

/** The signs that are open at the end, the outermost first. */
function openSigns(text: string): string[] {
  const open: string[] = []
  // What was open in another paragraph, item or cell stays open.
  const start = Math.max(text.lastIndexOf('\n\n'), lastItem(text)) + 1
  const line = text.slice(start)
  SIGNS.lastIndex = 0
  for (let match = SIGNS.exec(line); match; match = SIGNS.exec(line)) {
    const [sign] = match
    const end = match.index + sign.length
    if (sign.startsWith('`')) {
      const close = line.slice(end).search(new RegExp(`(?<!\`)${sign}(?!\`)`))
      if (close < 0) return [...open, sign]
      SIGNS.lastIndex = end + close + sign.length
      continue
    }
    const before = line[match.index - 1] ?? ' '
    const after = line[end] ?? ' '
    const inWord = sign.startsWith('_') && /\w/.test(before) && /\w/.test(after)
    if (inWord) continue
    if (open.at(-1) === sign && /\S/.test(before)) open.pop()
    else if (/\S/.test(after) && sign.length <= 3) open.push(sign)
  }
  return open
}

/** Where the last item of a list, or the last cell of a row, begins. */
function lastItem(text: string): number {
  return Math.max(
    text.lastIndexOf('|'),
    text.search(/\n[ \t]*(?:[-+*]|\d+[.)]) (?![\s\S]*\n[ \t]*(?:[-+*]|\d+[.)]) )/),
  )
}
