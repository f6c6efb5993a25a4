/**
 * Text that every database keeps whole. SQLite reads a text only up to its first null character, and Postgres
 * refuses one; like everybody who shows Markdown, we put U+FFFD in its place. The length stays the same.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd')
}

const MAX_LENGTH = 60

/** A conversation's title: the beginning of its first message, cut at a word, without markdown's signs. */
export function titleFrom(message: string): string {
  const text = storableText(message)
    .replace(/```[\s\S]*?(?:```|$)/g, ' ')
    .replace(/[#*_`>~|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (text === '') return 'New chat'
  if (text.length <= MAX_LENGTH) return text
  const cut = text.slice(0, MAX_LENGTH)
  const lastSpace = cut.lastIndexOf(' ')
  // A surrogate pair that was cut in half would show as a broken character.
  const whole =
    lastSpace > MAX_LENGTH / 2 ? cut.slice(0, lastSpace) : cut.replace(/[\ud800-\udbff]$/, '')
  return `${whole.replace(/[\s.,;:!?–-]+$/, '')}…`
}
