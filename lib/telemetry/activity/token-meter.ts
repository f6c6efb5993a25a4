import type { EngineEvent, GenerateRequest } from '@/lib/engines/types'
import type { GenerationObserver } from '@/lib/telemetry/observer'
import type { History } from './history'

/** How far one request is. */
export type Reading = {
  phase: 'queued' | 'loading' | 'prompt' | 'generating'
  /** Tokens so far. */
  tokens: number
  /** When it was asked for, and when its first token came; ms since 1970. */
  startedAt: number
  firstTokenAt: number | null
}

/** Counts what is generated, as it comes. */
export class TokenMeter implements GenerationObserver {
  readonly #readings = new WeakMap<GenerateRequest, Reading>()
  readonly #generated = new Map<string, number>()
  readonly #history: Pick<History, 'addTokens' | 'addFirstToken'>
  readonly #now: () => number

  constructor(history: Pick<History, 'addTokens' | 'addFirstToken'>, now: () => number) {
    this.#history = history
    this.#now = now
  }

  /** Tokens that were generated since the server started. */
  get total(): number {
    return [...this.#generated.values()].reduce((sum, tokens) => sum + tokens, 0)
  }

  /** The same for each model. */
  get byModel(): ReadonlyMap<string, number> {
    return this.#generated
  }

  /** How far a request is; undefined before it has begun. */
  readingOf(request: GenerateRequest): Reading | undefined {
    return this.#readings.get(request)
  }

  began(request: GenerateRequest): void {
    this.#readings.set(request, {
      phase: 'queued',
      tokens: 0,
      startedAt: this.#now(),
      firstTokenAt: null,
    })
  }

  reported(request: GenerateRequest, event: EngineEvent): void {
    const reading = this.#readings.get(request)
    if (!reading) return
    switch (event.kind) {
      case 'queued':
      case 'loading':
        reading.phase = event.kind
        break
      case 'started':
        reading.phase = 'prompt'
        break
      case 'text':
      case 'reasoning':
      case 'tool':
        this.#count(request.model, reading, event.tokens)
        break
      case 'done':
        break
    }
  }

  #count(model: string, reading: Reading, tokens: number): void {
    reading.phase = 'generating'
    reading.tokens += tokens
    this.#generated.set(model, (this.#generated.get(model) ?? 0) + tokens)
    this.#history.addTokens(tokens)
    if (reading.firstTokenAt !== null) return
    reading.firstTokenAt = this.#now()
    this.#history.addFirstToken(reading.firstTokenAt - reading.startedAt)
  }
}
