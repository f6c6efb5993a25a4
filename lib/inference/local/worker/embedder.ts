import type { LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp'
import { AppError, invalid } from '@/lib/errors'
import type { Embedding } from '../../types'

/** Tokens that one text may have; more would cost memory that few need. */
const LONGEST_INPUT = 4096

/** Turns texts into vectors of length 1. Its context is made when it is first asked. */
export class Embedder {
  private context: Promise<LlamaEmbeddingContext> | undefined

  constructor(
    private readonly model: LlamaModel,
    private readonly threads: number,
  ) {}

  /** @throws AppError `context_length_exceeded` for a text that is too long */
  async embed(inputs: readonly string[]): Promise<Embedding[]> {
    const size = Math.min(this.model.trainContextSize, LONGEST_INPUT)
    // One batch holds a whole text, because pooling looks at all of its tokens.
    this.context ??= this.model.createEmbeddingContext({
      contextSize: size,
      batchSize: size,
      threads: this.threads,
    })
    const context = await this.context
    const results: Embedding[] = []
    for (const input of inputs) {
      const tokens = context.calculateInputLength(input)
      if (tokens === 0) throw invalid('A text to embed must not be empty.', 'input')
      if (tokens >= size) throw tooLong(tokens, size)
      const { vector } = await context.getEmbeddingFor(input)
      results.push({ vector: toUnitLength(vector), tokens })
    }
    return results
  }
}

function toUnitLength(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector)
  return length > 0 ? vector.map((value) => value / length) : [...vector]
}

function tooLong(tokens: number, size: number): AppError {
  return new AppError(`A text has ${tokens} tokens, and the model takes ${size - 1} at most.`, {
    code: 'context_length_exceeded',
    status: 400,
    param: 'input',
  })
}
