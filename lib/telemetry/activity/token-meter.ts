import type { Engine, EngineEvent, GenerateRequest } from '@/lib/engines/types'
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

/** Watches what an engine generates, without a say in it. */
export class TokenMeter {
  private readonly readings = new WeakMap<GenerateRequest, Reading>()
  private readonly generated = new Map<string, number>()

  constructor(
    private readonly history: Pick<History, 'addTokens' | 'addFirstToken'>,
    private readonly now: () => number,
  ) {}

  /** Tokens that were generated since the server started. */
  get total(): number {
    return [...this.generated.values()].reduce((sum, tokens) => sum + tokens, 0)
  }

  /** The same for each model. */
  get byModel(): ReadonlyMap<string, number> {
    return this.generated
  }

  /** The same engine, watched. */
  watch(engine: Pick<Engine, 'generate'>): Pick<Engine, 'generate'> {
    return { generate: (request, signal) => this.follow(request, engine.generate(request, signal)) }
  }

  /** How far a request is; undefined before it has begun. */
  readingOf(request: GenerateRequest): Reading | undefined {
    return this.readings.get(request)
  }

  private async *follow(
    request: GenerateRequest,
    events: AsyncIterable<EngineEvent>,
  ): AsyncIterable<EngineEvent> {
    const reading: Reading = {
      phase: 'queued',
      tokens: 0,
      startedAt: this.now(),
      firstTokenAt: null,
    }
    this.readings.set(request, reading)
    for await (const event of events) {
      this.note(request.model, reading, event)
      yield event
    }
  }

  private note(model: string, reading: Reading, event: EngineEvent): void {
    switch (event.kind) {
      case 'queued':
      case 'loading':
        reading.phase = event.kind
        break
      case 'started':
        reading.phase = 'prompt'
        break
      case 'text':
      case 'tool':
        this.count(model, reading, event.tokens)
        break
      case 'done':
        break
    }
  }

  private count(model: string, reading: Reading, tokens: number): void {
    reading.phase = 'generating'
    reading.tokens += tokens
    this.generated.set(model, (this.generated.get(model) ?? 0) + tokens)
    this.history.addTokens(tokens)
    if (reading.firstTokenAt !== null) return
    reading.firstTokenAt = this.now()
    this.history.addFirstToken(reading.firstTokenAt - reading.startedAt)
  }
}
