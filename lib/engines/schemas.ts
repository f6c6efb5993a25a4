import type { Sampling } from './types'

/**
 * How the next token is chosen when a request says nothing: llama.cpp's own defaults,
 * which suit small models better than sampling from the whole vocabulary.
 */
export const DEFAULT_SAMPLING = {
  temperature: 0.8,
  topP: 0.95,
  topK: 40,
  minP: 0.05,
  frequencyPenalty: 0,
  presencePenalty: 0,
  repeatPenalty: 1,
} as const satisfies Sampling
