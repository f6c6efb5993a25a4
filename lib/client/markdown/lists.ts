import { ITEM, indentOf, interrupts, isBlank, outdent, RULE } from './lines'

/** An item of a list: its own lines, as if nothing stood to their left. */
export type ItemLines = { number: number | null; lines: string[]; end: number }

/** The number of the line after a list, without the blank lines that follow it. */
export function endOfList(lines: readonly string[], start: number): number {
  return itemsOf(lines, start).at(-1)?.end ?? start + 1
}

/** The items of the list that begins in line `start`: those that follow one another with the same sign. */
export function itemsOf(lines: readonly string[], start: number): ItemLines[] {
  const items: ItemLines[] = []
  const sign = signOf(lines[start] ?? '')
  for (let next = start; next < lines.length && signOf(lines[next] ?? '') === sign; ) {
    const item = itemAt(lines, next)
    items.push(item)
    next = item.end
    while (next < lines.length && isBlank(lines[next] ?? '')) next += 1
  }
  return items
}

/** What the items of one list have in common; null where no item begins. */
function signOf(line: string): string | null {
  const sign = RULE.test(line) ? undefined : ITEM.exec(line)?.[2]
  return sign?.at(-1) ?? null
}

function itemAt(lines: readonly string[], start: number): ItemLines {
  const line = lines[start] ?? ''
  const [marker = '', before = '', sign = '', number] = ITEM.exec(line) ?? []
  const rest = line.slice(marker.length)
  const blanks = indentOf(marker.slice(before.length + sign.length))
  // Five blanks are one, and four of a piece of code.
  const own = rest === '' || blanks > 4 ? 1 : blanks
  const column = before.length + sign.length + own
  const taken = [' '.repeat(rest === '' ? 0 : blanks - own) + rest]
  let end = start + 1
  for (let next = end; next < lines.length; next++) {
    const line = lines[next] ?? ''
    if (isBlank(line)) {
      // An item may begin with one blank line, and not with two.
      if (rest === '' && next === start + 1) break
      taken.push('')
      continue
    }
    const goesOn = !isBlank(lines[next - 1] ?? '') && !interrupts(line) && signOf(line) === null
    if (indentOf(line) < column && !goesOn) break
    taken.push(outdent(line, column))
    end = next + 1
  }
  taken.length = end - start
  return { number: number === undefined ? null : Number(number), lines: taken, end }
}
