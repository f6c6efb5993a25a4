import { decodeNamedCharacterReference } from 'decode-named-character-reference'
import {
  Hooks,
  type Links,
  Marked,
  type MarkedToken,
  type Token,
  type TokenizerExtension,
  type Tokens,
} from 'marked'
import { BoundedLexer, BoundedTokenizer, SearchBudget } from './bounded-tokenizer'
import { FORMULAS, type MathToken, mathExtensions } from './math'

export type MarkdownToken = MarkedToken | MathToken

/** A block as it was written. The level of a heading, from 1, is never more than one below the heading before it. */
export type MarkdownBlock = { text: string; level: number | null }

/** A text in its blocks, and the addresses that its references name. */
export type MarkdownBlocks = {
  blocks: readonly MarkdownBlock[]
  links: Links
  /** What `links` was read from. */
  definitions: string
}

/** The one tag that is read, since a cell of a table can have no other line end. */
const lineBreak: TokenizerExtension = {
  name: 'br',
  level: 'inline',
  tokenizer: (src) => {
    const raw = /^<br ?\/?>/i.exec(src)?.[0]
    return raw ? { type: 'br', raw } : undefined
  },
}

/** Longer lines, in characters, are not looked through for formulas once more. */
const MAX_MASKED = 10_000

/** Cuts a text into its paragraphs, lists, tables and so on. Costs little: nothing within a line is read. */
export function splitBlocks(text: string, grows: boolean): MarkdownBlocks {
  const lexer = lexerOf(text, grows)
  try {
    lexer.blockTokens(text.replace(/\r\n?/g, '\n'), lexer.tokens)
  } catch {
    return { blocks: [{ text, level: null }], links: {}, definitions: '' }
  }
  const blocks: MarkdownBlock[] = []
  const above: number[] = []
  let definitions = ''
  for (const token of known(lexer.tokens)) {
    if (token.type === 'def') definitions += token.raw
    else if (token.type !== 'space')
      blocks.push({
        text: token.raw,
        level: token.type === 'heading' ? levelOf(token, above) : null,
      })
  }
  return { blocks, links: lexer.tokens.links, definitions }
}

/** @param above the depths of the headings that this one stands below; it is put behind them */
function levelOf({ depth }: Tokens.Heading, above: number[]): number {
  while ((above.at(-1) ?? 0) >= depth) above.pop()
  return above.push(depth)
}

/**
 * Reads one block.
 * @param grows whether more of it may come
 */
export function parseBlock(block: string, grows: boolean, links: Links = {}): MarkdownToken[] {
  const lexer = lexerOf(block, grows)
  Object.assign(lexer.tokens.links, links)
  try {
    return known(lexer.lex(block))
  } catch {
    // marked gives up on texts on which it would never end: they are shown as they were written.
    const text = { type: 'text' as const, raw: block, text: block }
    return [{ type: 'paragraph', raw: block, text: block, tokens: [text] }]
  }
}

/** Those tokens that have a meaning here; there are no others as long as nobody extends the parser. */
export function known(tokens: readonly Token[] = []): MarkdownToken[] {
  return tokens.filter(isKnown)
}

const KINDS = new Set(
  (
    'blockquote br checkbox code codespan def del em escape heading hr html image link list list_item math ' +
    'paragraph space strong table text'
  ).split(' '),
)

function isKnown(token: Token): token is MarkdownToken {
  return KINDS.has(token.type)
}

function lexerOf(text: string, grows: boolean): BoundedLexer {
  const budget = new SearchBudget(text.length)
  const { extensions } = new Marked({
    extensions: [...mathExtensions(grows, budget), lineBreak],
  }).defaults
  const hooks = new Hooks()
  // The end of emphasis is not looked for in a formula.
  hooks.emStrongMask = (src) =>
    src.length > MAX_MASKED ? src : src.replace(FORMULAS, (formula) => 'a'.repeat(formula.length))
  return new BoundedLexer({
    gfm: true,
    // Models end lines where they mean it.
    breaks: true,
    tokenizer: new BoundedTokenizer(budget),
    hooks,
    extensions,
  })
}

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
