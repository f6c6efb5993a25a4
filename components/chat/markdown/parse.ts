import { Lexer, Marked, type MarkedToken, type Token } from 'marked'

// A line break that a model writes is one that it means.
const OPTIONS = { gfm: true, breaks: true }

const KINDS = new Set([
  ...['blockquote', 'br', 'code', 'codespan', 'def', 'del', 'em', 'escape', 'heading', 'hr'],
  ...[
    'html',
    'image',
    'link',
    'list',
    'list_item',
    'paragraph',
    'space',
    'strong',
    'table',
    'text',
  ],
])

/** Whether a token is one of marked's own, of which each has its known fields. */
export function isMarkedToken(token: Token): token is MarkedToken {
  return KINDS.has(token.type)
}

/**
 * The blocks of a text, so that while it grows only its last block is parsed and drawn again.
 * Joined they are the text.
 */
export function splitBlocks(text: string): string[] {
  const tokens = new Lexer(new Marked(OPTIONS).defaults).blockTokens(text)
  return tokens.map((token) => token.raw).filter((raw) => raw.trim() !== '')
}

/** The tokens of one block. */
export function parseBlock(block: string): Token[] {
  return new Marked(OPTIONS).lexer(block)
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  copy: '©',
}

/** Text with its entities read: marked leaves them to the browser, which here sees text and no HTML. */
export function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/gi,
    (whole, decimal, hex, name) => {
      if (name) return ENTITIES[name] ?? whole
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}

/** The address of a link that may be followed, or null: only the web and mail, never a script. */
export function safeHref(href: string): string | null {
  if (!URL.canParse(href)) return null
  return ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol) ? href : null
}
