import {
  type LlamaGrammarEvaluationState,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
  TokenBias,
} from 'node-llama-cpp'
import { AppError } from '@/lib/platform/errors'
import type { Sampling } from '../../types'
import type { Vocabulary } from './vocabulary'

/** Tokens that penalties look back at, as llama.cpp does. */
const PENALTY_WINDOW = 64
/** The bias from which on a token is never chosen. */
const BANNED = -100

type Sources = {
  model: LlamaModel
  vocabulary: Vocabulary
  seed: number
  /** The tokens so far, for penalties. */
  recent: () => readonly Token[]
  /** What holds the next token; undefined for a request that is free from its first to its last. */
  grammar: (() => LlamaGrammarEvaluationState | undefined) | undefined
  /** Control tokens with which the family marks off its calls and thoughts. */
  visible: ReadonlySet<Token>
}

/**
 * How a request wants its tokens chosen, in the words of node-llama-cpp.
 * @throws AppError `invalid_logit_bias`
 */
export function evaluationOptions(sampling: Sampling, sources: Sources): SequenceEvaluateOptions {
  return {
    temperature: sampling.temperature,
    topK: sampling.topK,
    topP: sampling.topP,
    minP: sampling.minP,
    xtc: sampling.xtc,
    seed: sources.seed,
    grammarEvaluationState: sources.grammar,
    repeatPenalty: penalties(sampling, sources.recent),
    tokenBias: bias(sources, sampling.logitBias),
    yieldEogToken: true,
  }
}

function penalties(
  sampling: Sampling,
  recent: Sources['recent'],
): SequenceEvaluateOptions['repeatPenalty'] {
  const { frequencyPenalty, presencePenalty, repeatPenalty } = sampling
  if (frequencyPenalty === 0 && presencePenalty === 0 && repeatPenalty === 1) return undefined
  return {
    punishTokens: () => recent().slice(-PENALTY_WINDOW),
    maxPunishTokens: PENALTY_WINDOW,
    penalty: repeatPenalty,
    frequencyPenalty,
    presencePenalty,
  }
}

function bias(
  { model, vocabulary, grammar, visible }: Sources,
  logitBias: Sampling['logitBias'],
): SequenceEvaluateOptions['tokenBias'] {
  const entries = Object.entries(logitBias ?? {})
  if (entries.length === 0 && !grammar) return undefined
  const asked = (): TokenBias => {
    const result = new TokenBias(model.tokenizer)
    for (const [name, logit] of entries) {
      const tokens = vocabulary.check([Number(name)], 'logit_bias')
      if (tokens.some((token) => model.isEogToken(token)))
        throw new AppError(`Token ${name} ends the text, and its bias can't be changed.`, {
          code: 'invalid_logit_bias',
          status: 400,
          param: 'logit_bias',
        })
      result.set(tokens, logit <= BANNED ? 'never' : { logit })
    }
    return result
  }
  const free = asked()
  if (!grammar) return free
  // A grammar takes control tokens for the letters of their names, of which the text then has none.
  const unwritten = vocabulary.controls.filter(
    (token) => !model.isEogToken(token) && !visible.has(token),
  )
  const held = asked().set(unwritten, 'never')
  return () => (grammar() ? held : free)
}
