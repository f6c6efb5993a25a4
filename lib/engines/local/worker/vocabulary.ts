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
  readonly named: readonly NamedToken[]

  constructor(private readonly model: LlamaModel) {
    const metadata = model.fileInfo.metadata?.tokenizer?.ggml
    const tokens = metadata?.tokens ?? []
    this.size = tokens.length
    this.controls = [...tokens.keys()].filter(
      (id): id is Token => metadata?.token_type?.[id] === CONTROL,
    )
    this.named = tokens.flatMap((name, id): NamedToken[] => {
      const type = metadata?.token_type?.[id]
      return type === CONTROL || type === USER_DEFINED
        ? [{ name, isUserDefined: type === USER_DEFINED }]
        : []
    })
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
