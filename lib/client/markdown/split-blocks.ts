import {
  FENCE,
  HEADING,
  ITEM,
  interrupts,
  isBlank,
  isHtml,
  isIndented,
  QUOTE,
  RULE,
  UNDERLINE,
} from './lines'
import { endOfList } from './lists'
import { startsTable } from './tables'

/** A block by what it is and the lines that it has, up to `end`. */
export type Span = { kind: Kind; start: number; end: number }

type Kind =
  | 'code'
  | 'indented'
  | 'heading'
  | 'underlined'
  | 'rule'
  | 'quote'
  | 'list'
  | 'table'
  | 'html'
  | 'paragraph'

/** The blocks of a text, each as it was written, so that while it grows only the last one is parsed again. */
export function splitBlocks(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/)
  return spansOf(lines).map(({ start, end }) => lines.slice(start, end).join('\n'))
}

/** What stands in these lines, without looking into it. Blank lines between blocks belong to none. */
export function spansOf(lines: readonly string[]): Span[] {
  const spans: Span[] = []
  for (let start = 0; start < lines.length; ) {
    if (isBlank(lines[start] ?? '')) {
      start += 1
      continue
    }
    const span = spanAt(lines, start)
    spans.push(span)
    start = span.end
  }
  return spans
}

function spanAt(lines: readonly string[], start: number): Span {
  const line = lines[start] ?? ''
  const below = lines[start + 1]
  if (isIndented(line)) return { kind: 'indented', start, end: endOfIndented(lines, start) }
  const fence = FENCE.exec(line)
  if (fence) return { kind: 'code', start, end: endOfFence(lines, start, fence[2] ?? '') }
  if (HEADING.test(line)) return { kind: 'heading', start, end: start + 1 }
  if (RULE.test(line)) return { kind: 'rule', start, end: start + 1 }
  if (QUOTE.test(line)) return { kind: 'quote', start, end: endOfQuote(lines, start) }
  if (ITEM.test(line)) return { kind: 'list', start, end: endOfList(lines, start) }
  if (startsTable(line, below)) return { kind: 'table', start, end: endOfTable(lines, start) }
  if (isHtml(line)) return { kind: 'html', start, end: endWhere(lines, start + 1, isBlank) }
  return paragraphAt(lines, start)
}

function paragraphAt(lines: readonly string[], start: number): Span {
  for (let end = start + 1; ; end++) {
    const line = lines[end]
    if (line === undefined || isBlank(line)) return { kind: 'paragraph', start, end }
    if (UNDERLINE.test(line)) return { kind: 'underlined', start, end: end + 1 }
    if (interrupts(line) || startsTable(line, lines[end + 1]))
      return { kind: 'paragraph', start, end }
  }
}

/** A fence that is never closed goes on to the end: that is how code looks while it is written. */
function endOfFence(lines: readonly string[], start: number, fence: string): number {
  const closing = new RegExp(`^ {0,3}${fence.charAt(0)}{${fence.length},}[ \\t]*$`)
  return Math.min(lines.length, endWhere(lines, start + 1, (line) => closing.test(line)) + 1)
}

function endOfIndented(lines: readonly string[], start: number): number {
  let end = endWhere(lines, start, (line) => !isBlank(line) && !isIndented(line))
  while (isBlank(lines[end - 1] ?? '')) end -= 1
  return end
}

function endOfQuote(lines: readonly string[], start: number): number {
  return endWhere(
    lines,
    start + 1,
    (line) => !QUOTE.test(line) && (isBlank(line) || interrupts(line)),
  )
}

function endOfTable(lines: readonly string[], start: number): number {
  return endWhere(lines, start + 2, (line) => isBlank(line) || interrupts(line))
}

function endWhere(lines: readonly string[], from: number, ends: (line: string) => boolean): number {
  let at = from
  while (at < lines.length && !ends(lines[at] ?? '')) at += 1
  return at
}
