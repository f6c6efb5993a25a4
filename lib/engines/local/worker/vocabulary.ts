import type { LlamaModel, Token } from 'node-llama-cpp'
import { AppError } from '@/lib/platform/errors'
import type { NamedToken, PromptPiece } from '../templates/control-marks'
import { CONTROL, TokenBytes, USER_DEFINED } from './token-bytes'

/** The tokens of a model: from text, to bytes, and which numbers are tokens at all. */
export class Vocabulary {
  private readonly bytes: TokenBytes
  /** How many tokens there are. */
  readonly size: number
  /** Tokens that steer the model and stand for no text. */
  readonly controls: readonly Token[]
  /** Tokens that a text can have the name of. */
  readonly names: readonly NamedToken[]
  readonly #byName: ReadonlyMap<string, Token>

  constructor(private readonly model: LlamaModel) {
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
    this.bytes = new TokenBytes({
      model: metadata?.model ?? 'none',
      tokens,
      tokenTypes: metadata?.token_type,
    })
  }

  /** The bytes of text that a token stands for. */
  bytesOf(token: Token, special = false): Uint8Array {
    return this.bytes.of(token, special)
  }

  /** Checks numbers that came from outside, in the field `param`. @throws AppError `invalid_token` */
  check(ids: readonly number[], param: string): Token[] {
    return ids.map((id) => {
      if (this.isToken(id)) return id
      throw new AppError(`This model has no token ${id}; they go from 0 to ${this.size - 1}.`, {
        code: 'invalid_token',
        status: 400,
        param,
      })
    })
  }

  /** The tokens of a text. With `special`, the names of control tokens in it become those tokens. */
  tokenize(text: string, special: boolean): Token[] {
    return this.model.tokenize(text, special)
  }

  /** The tokens of a piece of a prompt. */
  tokenizePiece({ text, special, isContinued }: PromptPiece): Token[] {
    return this.model.tokenize(text, special, isContinued ? 'trimLeadingSpace' : undefined)
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
    return this.model.fileInfo.metadata?.tokenizer?.ggml?.tokens?.[token] ?? ''
  }

  /** Puts the token that a text has to begin with in front, when the model wants one and it is not there. */
  withBeginning(tokens: Token[]): Token[] {
    const { bos, shouldPrependBosToken } = this.model.tokens
    if (bos === null || !shouldPrependBosToken || tokens[0] === bos) return tokens
    return [bos, ...tokens]
  }

  /** The text of tokens, with the names of control tokens. */
  detokenize(tokens: readonly Token[]): string {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    const pieces = tokens.map((token) =>
      decoder.decode(this.bytes.of(token, true), { stream: true }),
    )
    return pieces.join('') + decoder.decode()
  }

  private isToken(id: number): id is Token {
    return Number.isInteger(id) && id >= 0 && id < this.size
  }
}
