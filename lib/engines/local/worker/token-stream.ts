import type { SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import type { Sampling, TokenLogprob } from '../../types'
import type { AnswerGuide } from './answer-guide'
import { chooseToken, randomNumbers, tokenLogprob } from './logprobs'
import type { Slot } from './slot'
import type { Vocabulary } from './vocabulary'

/** A token as it was chosen, with its log probability where one was asked for. */
export type ChosenToken = { token: Token; logprob?: TokenLogprob }

type LogprobOptions = {
  vocabulary: Vocabulary
  sampling: Sampling
  seed: number
  /** Alternatives to report with each token. */
  alternatives: number
  guide: AnswerGuide
}

/** Token after token, chosen by llama.cpp. */
export async function* plainTokens(
  slot: Slot,
  start: Token[],
  options: SequenceEvaluateOptions,
  guide: AnswerGuide,
): AsyncGenerator<ChosenToken, void> {
  const iterator = slot.evaluateWithMetadata(start, {}, options)
  try {
    let step = await iterator.next()
    while (!step.done) {
      const token = guide.choose(step.value.token)
      yield { token }
      step = await iterator.next(token)
    }
  } finally {
    await iterator.return()
  }
}

/**
 * Token after token with log probabilities. A grammar has to see each token that is chosen, so with one llama.cpp
 * chooses, and what it reports is after cutting and temperature; without, the probabilities are the model's own.
 */
export async function* tokensWithLogprobs(
  slot: Slot,
  start: Token[],
  options: SequenceEvaluateOptions,
  wanted: LogprobOptions,
): AsyncGenerator<ChosenToken, void> {
  const { vocabulary, sampling, alternatives, guide } = wanted
  const random = randomNumbers(wanted.seed)
  const native = options.grammarEvaluationState !== undefined
  const iterator = slot.evaluateWithMetadata(
    start,
    { probabilities: true },
    native ? options : { ...options, temperature: 0, xtc: undefined },
  )
  try {
    let step = await iterator.next()
    while (!step.done) {
      const { token: suggested, probabilities } = step.value
      const token = guide.choose(
        native ? suggested : (chooseToken(probabilities, sampling, random()) ?? suggested),
      )
      yield { token, logprob: tokenLogprob(vocabulary, token, probabilities, alternatives) }
      step = await iterator.next(token)
    }
  } finally {
    await iterator.return()
  }
}
