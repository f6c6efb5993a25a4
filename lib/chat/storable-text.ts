/**
 * Text that every database keeps whole. SQLite reads a text only up to its first null character, and Postgres
 * refuses one; like everybody who shows Markdown, we put U+FFFD in its place. The length stays the same.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd')
}
