import { randomUUID } from 'node:crypto'
import type { Embedding } from '@/lib/engines/types'
import { type Spelling, spelled, toPrompts } from './prompts'
import type { EmbeddingBody } from './schemas/requests'

/** The texts to embed; token ids are turned back into the text that they spell. */
export function toTexts(
  input: EmbeddingBody['input'],
  spelling: Omit<Spelling, 'param'>,
): Promise<string[]> {
  return spelled(toPrompts(input), { ...spelling, param: 'input' })
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
