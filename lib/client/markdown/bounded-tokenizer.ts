import { Lexer, type Token, Tokenizer, type Tokens } from 'marked'

/** How deep quotes, lists and emphasis may stand in one another. What is deeper is shown as it was written. */
const MAX_DEPTH = 24
/** No address of a text is longer, in characters. */
const MAX_ADDRESS = 2_000
/** No paragraph, item or cell is longer, in characters. A longer one is shown without markup in its lines. */
const MAX_INLINE = 20_000
/** How many characters all searches may read in vain, for each character of the text. */
const STEPS_PER_CHARACTER = 5

/** Bounds the searches for the end of something, which stay without an end when nobody has written one. */
export class SearchBudget {
  #steps: number

  /** @param length of the text that is read, in characters */
  constructor(length: number) {
    this.#steps = 1_000 + length * STEPS_PER_CHARACTER
  }

  /** Whether nothing more is searched for. */
  get isSpent(): boolean {
    return this.#steps <= 0
  }

  /** Searches as long as there is something left; what is found costs nothing, in vain it costs `length`. */
  search<T>(length: number, find: () => T | undefined): T | undefined {
    if (this.isSpent) return undefined
    const found = find()
    if (found === undefined) this.#steps -= length
    return found
  }
}

/**
 * Reads markup with work that grows with the text alone, whatever the text is. `marked` looks for the end of each
 * emphasis through the rest of the text, takes one bracket after another from an address, and calls itself for all
 * that is nested: a stored answer of 60,000 characters could hold up a page for 15 s or end it.
 * HTML is no markup here: a model's text is never a part of this page.
 */
export class BoundedTokenizer extends Tokenizer {
  readonly #budget: SearchBudget
  #depth = 0

  constructor(budget: SearchBudget) {
    super()
    this.#budget = budget
  }

  override html(): undefined {}
  override tag(): undefined {}

  override blockquote(src: string): Tokens.Blockquote | undefined {
    return this.#nested(() => super.blockquote(src))
  }

  override list(src: string): Tokens.List | undefined {
    return this.#nested(() => super.list(src))
  }

  override link(src: string): Tokens.Link | Tokens.Image | undefined {
    if (!/^!?\[/.test(src)) return undefined
    return this.#budget.search(src.length, () => this.#nested(() => super.link(src)))
  }

  override emStrong(
    src: string,
    maskedSrc: string,
    prevChar?: string,
  ): Tokens.Em | Tokens.Strong | undefined {
    // Nothing is searched for a sign before a space, or within a word.
    if (!/^(?:\*+|_+)[^\s*_]/.test(src) || (src[0] === '_' && /\w/.test(prevChar ?? '')))
      return undefined
    return this.#budget.search(src.length, () =>
      this.#nested(() => super.emStrong(src, maskedSrc, prevChar)),
    )
  }

  override del(src: string, maskedSrc: string, prevChar?: string): Tokens.Del | undefined {
    if (!src.startsWith('~')) return undefined
    return this.#budget.search(src.length, () =>
      this.#nested(() => super.del(src, maskedSrc, prevChar)),
    )
  }

  override url(src: string): Tokens.Link | undefined {
    if (/^(?:https?|ftp|www\.)/i.test(src) && /^\S{2000}/.test(src)) return undefined
    const token = super.url(src)
    return token && token.raw.length < MAX_ADDRESS ? token : undefined
  }

  #nested<T>(read: () => T | undefined): T | undefined {
    if (this.#depth >= MAX_DEPTH) return undefined
    this.#depth += 1
    try {
      return read()
    } finally {
      this.#depth -= 1
    }
  }
}

/** Reads the lines of a block only when people can have written them. */
export class BoundedLexer extends Lexer {
  override inlineTokens(src: string, tokens: Token[] = []): Token[] {
    if (src.length <= MAX_INLINE) return super.inlineTokens(src, tokens)
    tokens.push({ type: 'text', raw: src, text: src })
    return tokens
  }
}
