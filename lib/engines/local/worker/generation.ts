import type { LlamaGrammarEvaluationState, Token } from 'node-llama-cpp'
import type { WorkerRequest } from '../protocol'
import type { FittedPrompt } from './context-policy'
import { evaluationOptions } from './evaluation-options'
import { tokensAtLeast } from './least-tokens'
import type { OpenModel } from './llama-model'
import type { PrefillPace } from './prefill-pace'
import type { Slot } from './slot'
import type { TextOutput } from './text-output'
import { type ChosenToken, plainTokens, tokensWithLogprobs } from './token-stream'

/** How a generation ended, with what the server needs for usage and timings. */
export type GenerationEnd = {
  finishReason: 'stop' | 'length' | 'cancelled'
  completionTokens: number
  promptMs: number
  generationMs: number
}

/** What a generation works on. */
type Work = {
  request: WorkerRequest
  slot: Slot
  prompt: FittedPrompt<Token>
  output: TextOutput
  grammar: LlamaGrammarEvaluationState | undefined
  /** Set to true from outside to end it. */
  control: { cancelled: boolean }
}

/** What all generations of a worker share. */
type Shared = {
  open: OpenModel
  pace: PrefillPace
  /** Generations whose prompt is being evaluated now. */
  prefilling: { count: number }
  /** Called after each finished evaluation. */
  onEvaluation: () => void
}

/** One request on one sequence: evaluates what is new of the prompt, then token after token. */
export class SequenceGeneration {
  private completionTokens = 0

  constructor(
    private readonly work: Work,
    private readonly shared: Shared,
  ) {}

  /** @param cached how many tokens of the prompt the slot has evaluated already. */
  async run(cached: number): Promise<GenerationEnd> {
    const started = performance.now()
    const { slot } = this.work
    await slot.keep(cached)
    return slot.batches.during(async () => {
      const rest = await this.prefill(cached)
      if (rest === undefined) return this.end('cancelled', started, performance.now())
      return this.generate(rest, started)
    })
  }

  /** Evaluates all but the last piece of the prompt; undefined when it was cancelled. */
  private async prefill(cached: number): Promise<Token[] | undefined> {
    const { pace, prefilling, onEvaluation } = this.shared
    const { slot, prompt, control } = this.work
    let rest = prompt.tokens.slice(cached)
    prefilling.count++
    try {
      for (;;) {
        if (control.cancelled) return undefined
        const sharing = prefilling.count
        const size = pace.next(sharing)
        if (rest.length <= size) return rest
        const before = performance.now()
        await slot.sequence.evaluateWithoutGeneratingNewTokens(rest.slice(0, size))
        pace.record(size, performance.now() - before, sharing)
        onEvaluation()
        rest = rest.slice(size)
      }
    } finally {
      prefilling.count--
    }
  }

  private async generate(rest: Token[], started: number): Promise<GenerationEnd> {
    const { model } = this.shared.open
    const { control, output } = this.work
    const limit = this.tokenLimit()
    let firstToken: number | undefined
    let finishReason: GenerationEnd['finishReason'] = 'length'
    for await (const { token, logprob } of this.evaluate(rest)) {
      firstToken ??= performance.now()
      this.shared.onEvaluation()
      if (control.cancelled) {
        finishReason = 'cancelled'
        break
      }
      if (model.isEogToken(token)) {
        finishReason = 'stop'
        break
      }
      this.completionTokens++
      if (output.push(token, logprob)) {
        finishReason = 'stop'
        break
      }
      if (this.completionTokens >= limit) break
    }
    output.finish()
    return this.end(finishReason, started, firstToken ?? performance.now())
  }

  private evaluate(rest: Token[]): AsyncGenerator<ChosenToken, void> {
    const { vocabulary, model } = this.shared.open
    const { request, slot, grammar } = this.work
    const { sampling, logprobs, minTokens } = request
    const seed = sampling.seed === undefined ? randomSeed() : sampling.seed >>> 0
    const options = evaluationOptions(sampling, {
      model,
      vocabulary,
      seed,
      recent: () => slot.tokens,
      grammar,
    })
    const { sequence } = slot
    if (minTokens && logprobs === undefined && !grammar)
      return tokensAtLeast(slot, rest, options, { least: minTokens, model, sampling, seed })
    return logprobs === undefined
      ? plainTokens(sequence, rest, options)
      : tokensWithLogprobs(sequence, rest, options, {
          vocabulary,
          sampling,
          seed,
          alternatives: logprobs,
        })
  }

  /** Past the end of the context the engine would shift it silently; a generation ends there instead. */
  private tokenLimit(): number {
    const { slot, prompt, request } = this.work
    const room = slot.sequence.contextSize - prompt.tokens.length
    return Math.min(request.maxTokens ?? Number.POSITIVE_INFINITY, room)
  }

  private end(
    finishReason: GenerationEnd['finishReason'],
    started: number,
    firstToken: number,
  ): GenerationEnd {
    return {
      finishReason,
      completionTokens: this.completionTokens,
      promptMs: firstToken - started,
      generationMs: performance.now() - firstToken,
    }
  }
}

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}
