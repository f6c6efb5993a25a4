import { decodeNamedCharacterReference } from 'decode-named-character-reference'

const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,31}));/gi

/** Text with its character references read: `&lt;`, `&#39;`, `&#x41;`. */
export function decodeEntities(text: string): string {
  return text.replace(REFERENCE, (whole, decimal, hex, name) => {
    if (name) return decodeNamedCharacterReference(name) || whole
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    return isCharacter ? String.fromCodePoint(code) : '\uFFFD'
  })
}

/** The address of a link that may be followed, or null: only the web and mail, never a script. */
export function safeHref(href: string): string | null {
  if (!URL.canParse(href)) return null
  return ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol) ? href : null
}
