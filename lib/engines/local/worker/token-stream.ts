import type { LlamaModel, SequenceEvaluateOptions, Token } from 'node-llama-cpp'
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

type LeastOptions = {
  /** Tokens that must come before the model may end the text. */
  least: number
  model: Pick<LlamaModel, 'isEogToken'>
  sampling: Sampling
  seed: number
  guide: AnswerGuide
}

/**
 * Token after token, of which the first few can't end the text: where the model would, another token is chosen from
 * the rest of its probabilities. Those are asked for only then, because sorting a whole vocabulary takes milliseconds.
 */
export async function* tokensAtLeast(
  slot: Slot,
  start: Token[],
  options: SequenceEvaluateOptions,
  { least, model, sampling, seed, guide }: LeastOptions,
): AsyncGenerator<ChosenToken, void> {
  const random = randomNumbers(seed)
  let rest: Token[] | undefined = start
  let made = 0
  while (rest) {
    const from: Token[] = rest
    rest = undefined
    for await (const chosen of plainTokens(slot, from, options, guide)) {
      if (made < least && model.isEogToken(chosen.token)) {
        rest = []
        break
      }
      made++
      yield chosen
    }
    if (!rest) return
    const other = await chooseOther(slot, options, (probabilities) =>
      chooseToken(withoutEnds(probabilities, model), sampling, random()),
    )
    if (other === undefined) return
    made++
    yield { token: other }
    rest = [other]
  }
}

/** Evaluates the last token again, this time with the probabilities of what may follow it. */
async function chooseOther(
  slot: Slot,
  options: SequenceEvaluateOptions,
  choose: (probabilities: ReadonlyMap<Token, number>) => Token | undefined,
): Promise<Token | undefined> {
  const { tokens } = slot
  if (tokens.length === 0) return undefined
  const kept = await slot.keep(tokens.slice(0, -1))
  const steps = slot.evaluateWithMetadata(
    tokens.slice(kept),
    { probabilities: true },
    { ...options, temperature: 0 },
  )
  try {
    const step = await steps.next()
    return step.done ? undefined : choose(step.value.probabilities)
  } finally {
    await steps.return()
  }
}

function withoutEnds(
  probabilities: ReadonlyMap<Token, number>,
  model: LeastOptions['model'],
): ReadonlyMap<Token, number> {
  return new Map([...probabilities].filter(([token]) => !model.isEogToken(token)))
}
