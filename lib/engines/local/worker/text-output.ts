import type { Token } from 'node-llama-cpp'
import type { TokenLogprob } from '../../types'
import { StopMatcher } from './stop-matcher'
import { Utf8Assembler } from './utf8-assembler'
import type { Vocabulary } from './vocabulary'

/** A piece of text that may be shown. */
export type TextPiece = { text: string; tokens: number; logprobs?: readonly TokenLogprob[] }

/** From tokens to text that may be shown: whole characters only, and nothing of a stop string. */
export class TextOutput {
  private readonly characters = new Utf8Assembler()
  private readonly stops: StopMatcher
  private waitingTokens = 0
  private waitingLogprobs: TokenLogprob[] = []

  constructor(
    private readonly vocabulary: Vocabulary,
    stop: readonly string[],
    /** Whether control tokens are text: some models write calls of tools with them. */
    private readonly special: boolean,
    private readonly emit: (piece: TextPiece) => void,
  ) {
    this.stops = new StopMatcher(stop)
  }

  /** Takes the next token; true when it completes a stop string. */
  push(token: Token, logprob?: TokenLogprob): boolean {
    this.waitingTokens++
    if (logprob) this.waitingLogprobs.push(logprob)
    const { text, stopped } = this.stops.push(
      this.characters.push(this.vocabulary.bytesOf(token, this.special)),
    )
    if (stopped) this.waitingLogprobs.pop()
    if (text !== '') this.release(text)
    return stopped
  }

  /** Shows what was held back in case it had become a stop string. */
  finish(): void {
    const rest = this.stops.flush()
    if (rest !== '') this.release(rest)
  }

  private release(text: string): void {
    const logprobs = this.waitingLogprobs
    this.emit({
      text,
      tokens: this.waitingTokens,
      ...(logprobs.length > 0 ? { logprobs } : {}),
    })
    this.waitingTokens = 0
    this.waitingLogprobs = []
  }
}
