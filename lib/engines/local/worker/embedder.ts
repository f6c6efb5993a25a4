import type { LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp'
import { AppError, invalid } from '@/lib/platform/errors'
import type { Embedding } from '../../types'
import { PIECE, readText } from './long-text'
import type { Vocabulary } from './vocabulary'

/** Tokens that one text may have; more would cost memory that few need. */
const LONGEST_INPUT = 4096

/** Turns texts into vectors of length 1. Its context is made when it is first asked. */
export class Embedder {
  #context: Promise<LlamaEmbeddingContext> | undefined
  readonly #model: LlamaModel
  readonly #threads: number
  readonly #vocabulary: Pick<Vocabulary, 'tokenize'>

  constructor(model: LlamaModel, threads: number, vocabulary: Pick<Vocabulary, 'tokenize'>) {
    this.#model = model
    this.#threads = threads
    this.#vocabulary = vocabulary
  }

  /**
   * @param breathe lets everybody else go on before something that takes long
   * @throws AppError `context_length_exceeded` for a text that is too long
   */
  async embed(input: string, breathe: () => Promise<void>): Promise<Embedding> {
    const size = Math.min(this.#model.trainContextSize, LONGEST_INPUT)
    // One batch holds a whole text, because pooling looks at all of its tokens.
    const context = await this.#open(size)
    if (input.length > PIECE) await this.#refuseTooLong(input, size, breathe)
    const tokens = context.calculateInputLength(input)
    if (tokens === 0) throw invalid('A text to embed must not be empty.', 'input')
    if (tokens >= size) throw tooLong(`${tokens}`, size)
    const { vector } = await context.getEmbeddingFor(input)
    return { vector: toUnitLength(vector), tokens }
  }

  #open(size: number): Promise<LlamaEmbeddingContext> {
    this.#context ??= this.#model
      .createEmbeddingContext({ contextSize: size, batchSize: size, threads: this.#threads })
      .catch((error: unknown) => {
        // The next request tries again: there may be memory then.
        this.#context = undefined
        throw error
      })
    return this.#context
  }

  /** Counts no further than it is sure that a text is too long. */
  async #refuseTooLong(text: string, size: number, breathe: () => Promise<void>): Promise<void> {
    const options = { limit: size, stopAtLimit: true, breathe }
    const tokens = await readText(text, (piece) => this.#vocabulary.tokenize(piece, true), options)
    if (tokens.length >= size) throw tooLong(`more than ${size - 1}`, size)
  }
}

function toUnitLength(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector)
  return length > 0 ? vector.map((value) => value / length) : [...vector]
}

function tooLong(tokens: string, size: number): AppError {
  return new AppError(`A text has ${tokens} tokens, and the model takes ${size - 1} at most.`, {
    code: 'context_length_exceeded',
    status: 400,
    param: 'input',
  })
}
