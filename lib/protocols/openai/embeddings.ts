import { randomUUID } from 'node:crypto'
import type { Embedding } from '@/lib/engines/types'
import { invalid } from '@/lib/platform/errors'
import { type Spelling, spelled, toPrompts } from './prompts'
import type { EmbeddingBody } from './schemas/requests'

/** The texts to embed; token ids are turned back into the text that they spell. */
export function toTexts(
  input: EmbeddingBody['input'],
  spelling: Omit<Spelling, 'param'>,
): Promise<string[]> {
  return spelled(toPrompts(input), { ...spelling, param: 'input' })
}

/**
 * Models whose first numbers are an embedding too (Matryoshka representation learning). No file says it of itself.
 * @see https://arxiv.org/abs/2205.13147
 */
const SHORTENABLE =
  /qwen3-?(vl-)?embedding|embedding-?gemma|nomic-embed-text-v(1\.5|2)|mxbai-embed|arctic-embed.*v(1\.5|2)|jina-embeddings-v[345]|gte-multilingual/i

/**
 * Vectors of as many numbers, of length 1 again.
 * @param dimensions undefined leaves them as they are
 * @throws AppError 400 when the model has fewer, or was not trained for shorter ones.
 */
export function truncateEmbeddings(
  model: string,
  embeddings: readonly Embedding[],
  dimensions: number | null | undefined,
): readonly Embedding[] {
  const own = embeddings[0]?.vector.length
  if (dimensions == null || own === undefined || dimensions === own) return embeddings
  if (dimensions > own)
    throw invalid(
      `\`dimensions\` is ${dimensions}, and vectors of ${model} have ${own}.`,
      'dimensions',
    )
  if (!SHORTENABLE.test(model))
    throw invalid(
      `${model} is not known to be trained for shorter vectors: leave \`dimensions\` out, or ask for ${own}.`,
      'dimensions',
    )
  return embeddings.map(({ vector, tokens }) => {
    const front = vector.slice(0, dimensions)
    const length = Math.hypot(...front) || 1
    return { tokens, vector: front.map((number) => number / length) }
  })
}

/** The answer of `POST /v1/embeddings`, with vectors as numbers or as base64 of little-endian 32-bit floats. */
export function toEmbeddingList(
  model: string,
  embeddings: readonly Embedding[],
  format: 'float' | 'base64',
) {
  const tokens = embeddings.reduce((sum, embedding) => sum + embedding.tokens, 0)
  return {
    // OpenAI's answer has none; Mistral's client refuses one without.
    id: `embd-${randomUUID().replaceAll('-', '')}`,
    object: 'list',
    model,
    data: embeddings.map(({ vector }, index) => ({
      object: 'embedding',
      index,
      embedding: format === 'float' ? [...vector] : toBase64(vector),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  vector.forEach((value, index) => {
    bytes.writeFloatLE(value, index * 4)
  })
  return bytes.toString('base64')
}
