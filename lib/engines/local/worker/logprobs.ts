import type { Token } from 'node-llama-cpp'
import type { Sampling, TokenLogprob } from '../../types'
import type { Vocabulary } from './vocabulary'

/** What the model thinks of each token, most likely first. */
export type Probabilities<T extends number = Token> = ReadonlyMap<T, number>

const decoder = new TextDecoder()

/** The log probability of a token that was chosen, and of the `alternatives` most likely ones. */
export function tokenLogprob(
  vocabulary: Vocabulary,
  token: Token,
  probabilities: Probabilities,
  alternatives: number,
): TokenLogprob {
  const describe = (each: Token, probability: number) => {
    const bytes = vocabulary.bytesOf(each, true)
    // JSON has no −Infinity; this is what OpenAI writes for it.
    const logprob = probability > 0 ? Math.log(probability) : -9999
    return { token: decoder.decode(bytes), bytes: [...bytes], logprob }
  }
  const top: { token: string; bytes: number[]; logprob: number }[] = []
  for (const [each, probability] of probabilities) {
    if (top.length >= alternatives) break
    top.push(describe(each, probability))
  }
  return { ...describe(token, probabilities.get(token) ?? 0), top }
}

/**
 * Chooses from the model's own probabilities as llama.cpp's samplers do: top-k, top-p, min-p, then temperature.
 * Used where log probabilities are wanted, because the native samplers give them only after cutting and scaling.
 * @param random from 0 to 1
 */
export function chooseToken<T extends number>(
  probabilities: Probabilities<T>,
  sampling: Pick<Sampling, 'temperature' | 'topK' | 'topP' | 'minP'>,
  random: number,
): T | undefined {
  const kept = cut([...probabilities], sampling)
  if (sampling.temperature <= 0) return kept[0]?.[0]
  const weights = kept.map(([, probability]) => probability ** (1 / sampling.temperature))
  let rest = random * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, weight] of weights.entries()) {
    rest -= weight
    if (rest <= 0) return kept[index]?.[0]
  }
  return kept.at(-1)?.[0]
}

function cut<T extends number>(
  all: readonly (readonly [T, number])[],
  { topK, topP, minP }: Pick<Sampling, 'topK' | 'topP' | 'minP'>,
): readonly (readonly [T, number])[] {
  const best = all.slice(0, topK > 0 ? topK : all.length)
  const total = best.reduce((sum, [, probability]) => sum + probability, 0)
  let seen = 0
  const nucleus = best.filter(([, probability]) => {
    const before = seen
    seen += probability / total
    return before < topP
  })
  const least = (best[0]?.[1] ?? 0) * minP
  return nucleus.filter(([, probability]) => probability >= least)
}

/** A repeatable sequence of numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
