import { CodeSpans } from './code-spans'
import { type RunSign, runAt } from './delimiter-run'
import { decodeEntities } from './entities'
import { Frames } from './frames'
import { angledAt, bareAt, type Found, isHalfTarget, targetAt } from './links'
import type { Inline } from './types'

/** Everything up to the next sign that may mean something. */
const PLAIN = /[^\\`*_~[\]!<\n&hw]+|[hw](?!ttps?:|ww\.)[^\\`*_~[\]!<\n&hw]*/iy
const ESCAPABLE = /[!-/:-@[-`{-~]/
const LINE_BREAK = /<br\s*\/?>/iy
const ENTITY = /&(?:#\w{1,7}|\w{2,8});/y

/**
 * Reads the markup of lines.
 * @param grows whether more is coming: what is open is then drawn as if it were closed
 */
export function parseInline(text: string, grows = false): Inline[] {
  return new InlineParser(text, grows).parse()
}

class InlineParser {
  readonly #frames = new Frames()
  readonly #spans: CodeSpans
  #at = 0

  constructor(
    private readonly text: string,
    private readonly grows: boolean,
  ) {
    this.#spans = new CodeSpans(text)
  }

  parse(): Inline[] {
    while (this.#at < this.text.length) this.#step()
    return this.#frames.end(this.grows)
  }

  #step(): void {
    const plain = this.#match(PLAIN)
    if (plain === null) this.#sign(this.text.charAt(this.#at))
    else this.#text(plain)
  }

  #sign(sign: string): void {
    if (sign === '\n') this.#break(1)
    else if (sign === '\\') this.#escape()
    else if (sign === '`') this.#code()
    else if (sign === '*' || sign === '_' || sign === '~') this.#run(sign)
    else if (sign === '!' || sign === '[') this.#open(sign)
    else if (sign === ']') this.#close()
    else if (sign === '&') this.#text(decodeEntities(this.#match(ENTITY) ?? this.#take(1)))
    else if (sign !== '<') this.#address(bareAt(this.text, this.#at))
    else if (this.#match(LINE_BREAK) === null) this.#address(angledAt(this.text, this.#at))
    else this.#break(0)
  }

  #break(length: number): void {
    this.#take(length)
    this.#match(/[ \t]+/y)
    this.#frames.add({ kind: 'break' })
  }

  #escape(): void {
    this.#take(1)
    const next = this.text.charAt(this.#at)
    if (next === '\n') this.#break(1)
    else if (ESCAPABLE.test(next)) this.#text(this.#take(1))
    else this.#text('\\')
  }

  #code(): void {
    const fence = this.#match(/`+/y) ?? ''
    const found = this.#spans.at(this.#at, fence.length)
    if (found) {
      this.#frames.add({ kind: 'code', text: found.code })
      this.#at = found.end
    } else if (!this.grows) {
      this.#text(fence)
    } else {
      const code = this.#take(this.text.length).replace(/`+$/, '')
      if (code !== '') this.#frames.add({ kind: 'code', text: code })
    }
  }

  #run(sign: RunSign): void {
    const run = runAt(this.text, this.#at, sign)
    const written = this.#take(run.length)
    // At the very end of what grows nobody knows yet what it will be.
    const unclear = this.grows && this.#at === this.text.length && !run.closes
    if (sign === '~' && run.length > 2) this.#text(written)
    else if (!unclear) this.#frames.run(run)
  }

  #open(sign: string): void {
    const isImage = sign === '!' && this.text.charAt(this.#at + 1) === '['
    const bracket = this.#take(isImage ? 2 : 1)
    const closed = this.text.includes('](', this.#at)
    const half = this.grows && !this.text.includes(']', this.#at)
    if (bracket !== '!' && (closed || half)) this.#frames.openBracket(bracket)
    else this.#text(bracket)
  }

  #close(): void {
    this.#take(1)
    const bracket = this.#frames.closeBracket()
    if (!bracket) {
      this.#text(']')
      return
    }
    const target = targetAt(this.text, this.#at)
    if (target) {
      this.#at = target.end
      const children = bracket.children.length > 0 ? bracket.children : textOf(target.href)
      this.#frames.add({ kind: 'link', href: target.href, children: withoutLinks(children) })
      return
    }
    const half = this.grows && isHalfTarget(this.text, this.#at)
    if (!half) this.#text(bracket.sign)
    for (const child of bracket.children) this.#frames.add(child)
    if (half) this.#at = this.text.length
    else this.#text(']')
  }

  #address(found: Found | null): void {
    if (found) {
      this.#at = found.end
      this.#frames.add({ kind: 'link', href: found.href, children: textOf(found.text) })
    } else this.#text(this.#take(1))
  }

  #text(text: string): void {
    if (text !== '') this.#frames.add({ kind: 'text', text })
  }

  #take(length: number): string {
    const from = this.#at
    this.#at += length
    return this.text.slice(from, this.#at)
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.text)?.[0] ?? null
    if (found !== null) this.#at += found.length
    return found
  }
}

const textOf = (text: string): Inline[] => [{ kind: 'text', text }]

/** A link holds no other: those in it are their texts. */
function withoutLinks(pieces: Inline[]): Inline[] {
  return pieces.flatMap((piece) => {
    if (piece.kind === 'link') return piece.children
    if (!('children' in piece)) return [piece]
    return [{ ...piece, children: withoutLinks(piece.children) }]
  })
}
