import type { Token } from 'node-llama-cpp'
import type { WorkerRequest } from '../protocol'
import type { FittedPrompt } from './context-policy'
import { evaluationOptions } from './evaluation-options'
import type { OpenModel } from './llama-model'
import type { PrefillPace } from './prefill-pace'
import type { Slot } from './slot'
import type { TextOutput } from './text-output'

/** How a generation ended, with what the server needs for usage and timings. */
export type GenerationEnd = {
  finishReason: 'stop' | 'length' | 'cancelled'
  completionTokens: number
  promptMs: number
  generationMs: number
}

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
  cancelled = false
  private completionTokens = 0

  constructor(
    private readonly request: WorkerRequest,
    private readonly slot: Slot,
    private readonly prompt: FittedPrompt<Token>,
    private readonly output: TextOutput,
    private readonly shared: Shared,
  ) {}

  /** @param cached how many tokens of the prompt the slot has evaluated already. */
  async run(cached: number): Promise<GenerationEnd> {
    const started = performance.now()
    const rest = await this.prefill(cached)
    if (rest === undefined) return this.end('cancelled', started, performance.now())
    return this.generate(rest, started)
  }

  /** Evaluates all but the last piece of the prompt; undefined when it was cancelled. */
  private async prefill(cached: number): Promise<Token[] | undefined> {
    const { pace, prefilling, onEvaluation } = this.shared
    await this.slot.keep(cached)
    let rest = this.prompt.tokens.slice(cached)
    prefilling.count++
    try {
      for (;;) {
        if (this.cancelled) return undefined
        const sharing = prefilling.count
        const size = pace.next(sharing)
        if (rest.length <= size) return rest
        const before = performance.now()
        await this.slot.sequence.evaluateWithoutGeneratingNewTokens(rest.slice(0, size))
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
    const limit = this.tokenLimit()
    let firstToken: number | undefined
    let finishReason: GenerationEnd['finishReason'] = 'length'
    for await (const token of this.evaluate(rest)) {
      firstToken ??= performance.now()
      this.shared.onEvaluation()
      if (this.cancelled) {
        finishReason = 'cancelled'
        break
      }
      if (model.isEogToken(token)) {
        finishReason = 'stop'
        break
      }
      this.completionTokens++
      if (this.output.push(token)) {
        finishReason = 'stop'
        break
      }
      if (this.completionTokens >= limit) break
    }
    this.output.finish()
    return this.end(finishReason, started, firstToken ?? performance.now())
  }

  private evaluate(rest: Token[]): AsyncGenerator<Token, void> {
    const { open } = this.shared
    const options = evaluationOptions(this.request.sampling, {
      model: open.model,
      vocabulary: open.vocabulary,
      seed: this.request.sampling.seed ?? randomSeed(),
      recent: () => this.slot.tokens,
      grammar: undefined,
    })
    return this.slot.sequence.evaluate(rest, options)
  }

  /** Past the end of the context the engine would shift it silently; a generation ends there instead. */
  private tokenLimit(): number {
    const room = this.slot.sequence.contextSize - this.prompt.tokens.length
    return Math.min(this.request.maxTokens ?? Number.POSITIVE_INFINITY, room)
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
