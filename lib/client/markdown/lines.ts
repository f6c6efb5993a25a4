/** What a line of markdown begins. Each is tried on the line alone. */
export const FENCE = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/
export const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/
export const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/
export const QUOTE = /^ {0,3}>/
export const ITEM = /^( {0,3})([-+*]|(\d{1,9})[.)])([ \t]+|$)/
/** What makes the paragraph above it a heading. */
export const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/
const INDENTED = /^(?: {4}| {0,3}\t)/
const HTML = /^ {0,3}<(?:\/?[a-z][\w-]*(?=[\s/>]|$)|!--|[!?][a-z])/i

export const isBlank = (line: string) => line.trim() === ''
export const isIndented = (line: string) => INDENTED.test(line)
export const isHtml = (line: string) => HTML.test(line)

/** Whether a line can't go on with the paragraph, or the quote or item with one, that stands above it. */
export function interrupts(line: string): boolean {
  if (FENCE.test(line) || HEADING.test(line) || RULE.test(line)) return true
  if (QUOTE.test(line) || isHtml(line)) return true
  const item = ITEM.exec(line)
  // A number that begins a line by chance, or a sign alone, is no list.
  return item !== null && (item[3] ?? '1') === '1' && item[0].length < line.length
}

/** The columns of blanks that a line begins with; a tab goes to the next fourth one. */
export function indentOf(line: string): number {
  let columns = 0
  for (const sign of line) {
    if (sign === ' ') columns += 1
    else if (sign === '\t') columns += 4 - (columns % 4)
    else break
  }
  return columns
}

/** A line without its first `columns` of blanks, or all of them where it has fewer. */
export function outdent(line: string, columns: number): string {
  const indent = indentOf(line)
  return ' '.repeat(Math.max(0, indent - columns)) + line.trimStart()
}
