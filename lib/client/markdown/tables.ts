import type { Align, Block } from './types'

const DELIMITERS = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/

/** Whether a table begins with this line: its header, and below it the line of dashes, with as many cells. */
export function startsTable(line: string, below: string | undefined): boolean {
  if (below === undefined || !line.includes('|')) return false
  if (!below.includes('|') || !DELIMITERS.test(below)) return false
  return cells(line).length === cells(below).length
}

/** The table of these lines, of which each row gets as many cells as the header has. */
export function parseTable([head = '', dashes = '', ...body]: readonly string[]): Block {
  const header = cells(head)
  const whole = (row: string[]) => header.map((_, column) => row[column] ?? '')
  return {
    kind: 'table',
    header,
    align: cells(dashes).map(alignOf),
    rows: body.map((line) => whole(cells(line))),
  }
}

function alignOf(dashes: string): Align {
  if (!dashes.endsWith(':')) return 'left'
  return dashes.startsWith(':') ? 'center' : 'right'
}

/** The cells of a row: what stands between bars that no backslash is before. */
function cells(line: string): string[] {
  const row = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}
