/** How a language writes what JSON can say. */
export type LiteralStyle = {
  text: (value: string) => string
  key: (name: string) => string
  words: { true: string; false: string; null: string }
  /** Inside the braces of an object that fits into one line. */
  pad: string
  /** What a line inside of something is moved in by. */
  step: string
}

/** Longer lists and objects are written over several lines. Characters. */
const LINE_LENGTH = 64

/** A JSON value as a literal of a language. @param indent what stands before a line of its surroundings. */
export function literal(value: unknown, style: LiteralStyle, indent = ''): string {
  if (typeof value === 'string') return style.text(value)
  if (typeof value === 'boolean') return style.words[value ? 'true' : 'false']
  if (Array.isArray(value))
    return enclose(style, '[]', indent, (inner) => value.map((one) => literal(one, style, inner)))
  if (typeof value === 'object' && value !== null)
    return enclose(style, '{}', indent, (inner) =>
      Object.entries(value).map(
        ([name, one]) => `${style.key(name)}: ${literal(one, style, inner)}`,
      ),
    )
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : style.words.null
}

function enclose(
  style: LiteralStyle,
  brackets: '[]' | '{}',
  indent: string,
  write: (inner: string) => string[],
): string {
  const [open, close] = brackets
  const pad = brackets === '{}' ? style.pad : ''
  const inner = indent + style.step
  const items = write(inner)
  if (items.length === 0) return brackets
  const line = `${open}${pad}${items.join(', ')}${pad}${close}`
  if (line.length <= LINE_LENGTH && !line.includes('\n')) return line
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close}`
}
