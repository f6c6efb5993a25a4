import type { LlamaGrammarEvaluationState, Token } from 'node-llama-cpp'
import type { ReplyReader } from '../templates/reading/reply-piece'

type Options = {
  /** Tells whether what comes now is thought, or a call. */
  reader: Pick<ReplyReader, 'isThinking' | 'isInCall' | 'callStart'> | undefined
  /** Tokens of thought at most; undefined is without limit. */
  budget: number | undefined
  /** How the family closes a thought, as tokens. */
  closing: readonly Token[]
  /** Whether a token ends the answer. */
  isEnd: (token: Token) => boolean
  /** What holds an answer that has not been thought about, and one that has; null where answers are free. */
  grammars: {
    start?: LlamaGrammarEvaluationState
    afterThought?: LlamaGrammarEvaluationState
  } | null
  /** What holds the rest of a call that was begun by itself, where tools are strict. */
  restOfCall: ((begun: string) => Promise<LlamaGrammarEvaluationState | undefined>) | null
}

/**
 * Leads an answer from token to token: thought is free and ends where its budget does, by the family's own mark, and then
 * the grammar begins. An answer that has to follow a grammar never ends within a thought.
 */
export class AnswerGuide {
  #isThinking: boolean
  #hasThought: boolean
  #thought = 0
  /** Tokens of the closing mark that are still to be said. */
  #forced: readonly Token[] = []
  #call: LlamaGrammarEvaluationState | undefined
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
    this.#isThinking = options.reader?.isThinking ?? false
    this.#hasThought = this.#isThinking
    this.#endThoughtInTime()
  }

  /** Whether a grammar holds any part of the answer. */
  get isHeld(): boolean {
    return this.#options.grammars !== null || this.#options.restOfCall !== null
  }

  /** Whether a token ends the answer. */
  isEnd(token: Token): boolean {
    return this.#options.isEnd(token)
  }

  /** What holds the next token; undefined where it is free, or is said already. */
  get grammar(): LlamaGrammarEvaluationState | undefined {
    const { grammars } = this.#options
    if (this.#isThinking || this.#forced.length > 0) return undefined
    if (!grammars) return this.#call
    return this.#hasThought ? grammars.afterThought : grammars.start
  }

  /** The token to take in place of the one that was chosen. */
  choose(chosen: Token): Token {
    if (this.#isThinking && this.#options.grammars && this.#options.isEnd(chosen)) this.#close()
    const [next, ...rest] = this.#forced
    if (next === undefined) return chosen
    this.#forced = rest
    return next
  }

  /** Looks where the answer stands after a token was read. */
  async follow(): Promise<void> {
    const { reader, restOfCall } = this.#options
    if (!reader) return
    if (restOfCall) {
      if (!reader.isInCall) this.#call = undefined
      else if (!this.#call && reader.callStart !== undefined)
        this.#call = await restOfCall(reader.callStart)
    }
    const wasThinking = this.#isThinking
    this.#isThinking = reader.isThinking
    if (!this.#isThinking) return
    this.#hasThought = true
    if (wasThinking) this.#thought++
    this.#endThoughtInTime()
  }

  #endThoughtInTime(): void {
    const { budget } = this.#options
    if (this.#isThinking && budget !== undefined && this.#thought >= budget) this.#close()
  }

  #close(): void {
    if (this.#forced.length === 0) this.#forced = this.#options.closing
  }
}
