import type { Token } from 'node-llama-cpp'
import type { WorkerRequest } from '../protocol'
import type { AnswerGuide } from './answer-guide'
import type { FittedPrompt } from './context-policy'
import { evaluationOptions } from './evaluation-options'
import type { OpenModel } from './llama-model'
import type { Prefill } from './prefill'
import type { Slot } from './slot'
import type { TextOutput } from './text-output'
import { type ChosenToken, plainTokens, tokensAtLeast, tokensWithLogprobs } from './token-stream'

/** How a generation ended, with what the server needs for usage and timings. */
export type GenerationEnd = {
  finishReason: 'stop' | 'length' | 'cancelled'
  /** The stop string that ended it. */
  stopText?: string
  completionTokens: number
  /** Milliseconds until the sequence was free of what it held before. */
  waitMs: number
  promptMs: number
  generationMs: number
}

/** The end of a generation that was given up before it had begun. */
export const NOTHING_GENERATED: GenerationEnd = {
  finishReason: 'cancelled',
  completionTokens: 0,
  waitMs: 0,
  promptMs: 0,
  generationMs: 0,
}

/** What a run works on. */
type Work = {
  request: WorkerRequest
  slot: Slot
  prompt: FittedPrompt<Token>
  /** How many tokens of the prompt the slot has in common with it. */
  prefix: number
  output: TextOutput
  guide: AnswerGuide
  /** Control tokens that are text. */
  visible: ReadonlySet<Token>
  /** Ends it when the evaluation in flight ends. */
  signal: AbortSignal
}

/** What all runs of a worker share. */
type Shared = {
  open: OpenModel
  prefill: Prefill
  /** Called after each finished evaluation. */
  onEvaluation: () => void
}

/** One request on one sequence: evaluates what is new of the prompt, then token after token. */
export class SequenceRun {
  #completionTokens = 0
  #waitMs = 0
  readonly #work: Work
  readonly #shared: Shared

  constructor(work: Work, shared: Shared) {
    this.#work = work
    this.#shared = shared
  }

  /** @param onStart told how many tokens of the prompt were evaluated already, when the rest begins to be */
  async run(onStart: (cachedTokens: number) => void): Promise<GenerationEnd> {
    const { slot, prompt, prefix, signal } = this.#work
    const asked = performance.now()
    // The last token is evaluated again in any case: its result is what the next one is chosen from.
    const cached = await slot.keep(
      prompt.tokens.slice(0, Math.min(prefix, prompt.tokens.length - 1)),
    )
    const started = performance.now()
    this.#waitMs = started - asked
    if (signal.aborted) return this.#end('cancelled', started, started)
    onStart(cached)
    return slot.batches.during(async () => {
      const rest = await this.#shared.prefill.run(slot, prompt.tokens.slice(cached), signal)
      if (rest === undefined) return this.#end('cancelled', started, performance.now())
      return this.#generate(rest, started)
    })
  }

  async #generate(rest: Token[], started: number): Promise<GenerationEnd> {
    const { signal, output, guide } = this.#work
    const limit = this.#tokenLimit()
    let firstToken: number | undefined
    let finishReason: GenerationEnd['finishReason'] = 'length'
    let stopText: string | undefined
    for await (const { token, logprob } of this.#evaluate(rest)) {
      firstToken ??= performance.now()
      this.#shared.onEvaluation()
      if (signal.aborted) {
        finishReason = 'cancelled'
        break
      }
      if (guide.isEnd(token)) {
        finishReason = 'stop'
        break
      }
      this.#completionTokens++
      stopText = output.push(token, logprob)
      if (stopText !== undefined) {
        finishReason = 'stop'
        break
      }
      await guide.follow()
      if (this.#completionTokens >= limit) break
    }
    output.finish()
    const end = this.#end(finishReason, started, firstToken ?? performance.now())
    return stopText === undefined ? end : { ...end, stopText }
  }

  #evaluate(rest: Token[]): AsyncGenerator<ChosenToken, void> {
    const { vocabulary, model } = this.#shared.open
    const { request, slot, guide, visible } = this.#work
    const grammar = guide.isHeld ? () => guide.grammar : undefined
    const { sampling, logprobs, minTokens } = request
    const seed = sampling.seed === undefined ? randomSeed() : sampling.seed >>> 0
    const options = evaluationOptions(sampling, {
      model,
      vocabulary,
      seed,
      recent: () => slot.tokens,
      grammar,
      visible,
    })
    if (minTokens && logprobs === undefined && !grammar)
      return tokensAtLeast(slot, rest, options, { least: minTokens, model, sampling, seed, guide })
    return logprobs === undefined
      ? plainTokens(slot, rest, options, guide)
      : tokensWithLogprobs(slot, rest, options, {
          vocabulary,
          sampling,
          seed,
          alternatives: logprobs,
          guide,
        })
  }

  /** Past the end of the context the engine would shift it silently; a generation ends there instead. */
  #tokenLimit(): number {
    const { slot, prompt, request } = this.#work
    const room = slot.contextSize - prompt.tokens.length
    return Math.min(request.maxTokens ?? Number.POSITIVE_INFINITY, room)
  }

  #end(
    finishReason: GenerationEnd['finishReason'],
    started: number,
    firstToken: number,
  ): GenerationEnd {
    return {
      finishReason,
      completionTokens: this.#completionTokens,
      waitMs: this.#waitMs,
      promptMs: firstToken - started,
      generationMs: performance.now() - firstToken,
    }
  }
}

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}
