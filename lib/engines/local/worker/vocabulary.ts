import type { LlamaModel, Token } from 'node-llama-cpp'
import { AppError } from '@/lib/platform/errors'
import type { NamedToken, PromptPiece } from '../templates/control-marks'

/** GGUF's token types that matter here. */
export const CONTROL = 3
const USER_DEFINED = 4
const BYTE = 6

/** What the header of a GGUF file says about its vocabulary. */
type VocabularyMetadata = {
  /** The kind of tokenizer: `gpt2` is byte-level BPE, `llama` SentencePiece, `bert` WordPiece and so on. */
  model: string
  tokens: readonly string[]
  tokenTypes: readonly number[] | undefined
}

/**
 * Byte-level BPE writes each byte as one printable character: those that are printable already as themselves,
 * the others in order from U+0100.
 */
function byteLevelTable(): ReadonlyMap<string, number> {
  const table = new Map<string, number>()
  let next = 0x100
  for (let byte = 0; byte < 256; byte++) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    table.set(String.fromCodePoint(printable ? byte : next++), byte)
  }
  return table
}

/** The bytes of each token, worked out when first asked for. The native call would lose split characters. */
export class TokenBytes {
  readonly #cache: (Uint8Array | undefined)[] = []
  readonly #byteLevel = byteLevelTable()
  readonly #encoder = new TextEncoder()
  readonly #vocabulary: VocabularyMetadata

  constructor(vocabulary: VocabularyMetadata) {
    this.#vocabulary = vocabulary
  }

  /** The bytes that the token stands for in a text; control tokens have none unless `special`. */
  of(token: number, special = false): Uint8Array {
    if (special && this.#vocabulary.tokenTypes?.[token] === CONTROL)
      return this.#encoder.encode(this.#vocabulary.tokens[token] ?? '')
    const known = this.#cache[token]
    if (known) return known
    const bytes = this.#decode(token)
    this.#cache[token] = bytes
    return bytes
  }

  #decode(token: number): Uint8Array {
    const text = this.#vocabulary.tokens[token] ?? ''
    const type = this.#vocabulary.tokenTypes?.[token]
    if (type === CONTROL) return new Uint8Array(0)
    if (type === USER_DEFINED) return this.#encoder.encode(text)
    if (type === BYTE) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16))
    switch (this.#vocabulary.model) {
      case 'gpt2':
        return this.#fromByteLevel(text)
      case 'bert':
        return this.#encoder.encode(text.replace(/^\u2581/, ' '))
      default:
        return this.#encoder.encode(text.replaceAll('\u2581', ' '))
    }
  }

  #fromByteLevel(text: string): Uint8Array {
    const bytes: number[] = []
    for (const character of text) {
      const byte = this.#byteLevel.get(character)
      if (byte === undefined) bytes.push(...this.#encoder.encode(character))
      else bytes.push(byte)
    }
    return Uint8Array.from(bytes)
  }
}

/** The tokens of a model: from text, to bytes, and which numbers are tokens at all. */
export class Vocabulary {
  readonly #bytes: TokenBytes
  /** How many tokens there are. */
  readonly size: number
  /** Tokens that steer the model and stand for no text. */
  readonly controls: readonly Token[]
  /** Tokens that a text can have the name of. */
  readonly names: readonly NamedToken[]
  readonly #byName: ReadonlyMap<string, Token>
  readonly #model: LlamaModel

  constructor(model: LlamaModel) {
    this.#model = model
    const metadata = model.fileInfo.metadata?.tokenizer?.ggml
    const tokens = metadata?.tokens ?? []
    this.size = tokens.length
    this.controls = [...tokens.keys()].filter(
      (id): id is Token => metadata?.token_type?.[id] === CONTROL,
    )
    const typeOf = (token: number) => metadata?.token_type?.[token]
    const named = [...tokens.keys()].filter(
      (id): id is Token => typeOf(id) === CONTROL || typeOf(id) === USER_DEFINED,
    )
    this.names = named.map((token) => ({
      name: tokens[token] ?? '',
      isUserDefined: typeOf(token) === USER_DEFINED,
    }))
    this.#byName = new Map(named.map((token) => [tokens[token] ?? '', token]))
    this.#bytes = new TokenBytes({
      model: metadata?.model ?? 'none',
      tokens,
      tokenTypes: metadata?.token_type,
    })
  }

  /** The bytes of text that a token stands for. */
  bytesOf(token: Token, special = false): Uint8Array {
    return this.#bytes.of(token, special)
  }

  /** Checks numbers that came from outside, in the field `param`. @throws AppError `invalid_token` */
  check(ids: readonly number[], param: string): Token[] {
    return ids.map((id) => {
      if (this.#isToken(id)) return id
      throw new AppError(`This model has no token ${id}; they go from 0 to ${this.size - 1}.`, {
        code: 'invalid_token',
        status: 400,
        param,
      })
    })
  }

  /** The tokens of a text. With `special`, the names of control tokens in it become those tokens. */
  tokenize(text: string, special: boolean): Token[] {
    return this.#model.tokenize(text, special)
  }

  /** The tokens of a piece of a prompt. */
  tokenizePiece({ text, special, isContinued }: PromptPiece): Token[] {
    return this.#model.tokenize(text, special, isContinued ? 'trimLeadingSpace' : undefined)
  }

  /** The control tokens whose names are in a text. */
  controlsIn(text: string): ReadonlySet<Token> {
    return new Set(this.controls.filter((token) => text.includes(this.#nameOf(token))))
  }

  /** The token that has this name and is no usual text; undefined where there is none. */
  named(name: string): Token | undefined {
    return this.#byName.get(name)
  }

  #nameOf(token: Token): string {
    return this.#model.fileInfo.metadata?.tokenizer?.ggml?.tokens?.[token] ?? ''
  }

  /** Puts the token that a text has to begin with in front, when the model wants one and it is not there. */
  withBeginning(tokens: Token[]): Token[] {
    const { bos, shouldPrependBosToken } = this.#model.tokens
    if (bos === null || !shouldPrependBosToken || tokens[0] === bos) return tokens
    return [bos, ...tokens]
  }

  /** The text of tokens, with the names of control tokens. */
  detokenize(tokens: readonly Token[]): string {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    const pieces = tokens.map((token) =>
      decoder.decode(this.#bytes.of(token, true), { stream: true }),
    )
    return pieces.join('') + decoder.decode()
  }

  #isToken(id: number): id is Token {
    return Number.isInteger(id) && id >= 0 && id < this.size
  }
}
