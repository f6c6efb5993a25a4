import { type Context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { EngineEvent, GenerateRequest } from '@/lib/engines/types'
import type { GenerationEnd, GenerationObserver } from '@/lib/telemetry/observer'

type Trace = { span: Span; phases: Phases }

/** A span for each generation, with one below it for each phase: `queued`, `loading`, `prompt`, `generating`. */
export class GenerationTraces implements GenerationObserver {
  readonly #tracer: Tracer
  readonly #parent: () => Context
  readonly #traces = new WeakMap<GenerateRequest, Trace>()

  /** @param parent what the running code works for */
  constructor(tracer: Tracer, parent: () => Context) {
    this.#tracer = tracer
    this.#parent = parent
  }

  began(request: GenerateRequest): void {
    const { model } = request
    const context = this.#parent()
    const attributes = { 'gen_ai.operation.name': 'generate', 'gen_ai.request.model': model }
    const span = this.#tracer.startSpan(`generate ${model}`, { attributes }, context)
    const phases = new Phases(this.#tracer, trace.setSpan(context, span))
    this.#traces.set(request, { span, phases })
  }

  reported(request: GenerateRequest, event: EngineEvent): void {
    const { span, phases } = this.#traces.get(request) ?? {}
    phases?.enter(phaseOf(event))
    if (span) describe(span, event)
  }

  ended(request: GenerateRequest, end: GenerationEnd): void {
    const { span, phases } = this.#traces.get(request) ?? {}
    if ('error' in end) span?.setStatus({ code: SpanStatusCode.ERROR, message: String(end.error) })
    phases?.end()
    span?.end()
  }
}

type Phase = 'queued' | 'loading' | 'prompt' | 'generating'

/** What the engine is at after an event; null is nothing more. */
function phaseOf(event: EngineEvent): Phase | null {
  switch (event.kind) {
    case 'queued':
    case 'loading':
      return event.kind
    case 'started':
      return 'prompt'
    case 'text':
    case 'reasoning':
    case 'tool':
      return 'generating'
    case 'done':
      return null
  }
}

function describe(span: Span, event: EngineEvent): void {
  if (event.kind === 'started')
    span.setAttributes({
      'gen_ai.usage.input_tokens': event.promptTokens,
      'runnel.cached_tokens': event.cachedTokens,
    })
  if (event.kind === 'done')
    span.setAttributes({
      'gen_ai.usage.output_tokens': event.usage.completionTokens,
      'gen_ai.response.finish_reasons': [event.finishReason],
    })
}

/** One span after the other. Every generation begins by waiting, if only for a moment. */
class Phases {
  private phase: Phase | null = 'queued'
  private span: Span

  constructor(
    private readonly tracer: Tracer,
    private readonly context: Context,
  ) {
    this.span = tracer.startSpan('queued', {}, context)
  }

  enter(phase: Phase | null): void {
    if (phase === this.phase) return
    this.end()
    this.phase = phase
    if (phase !== null) this.span = this.tracer.startSpan(phase, {}, this.context)
  }

  end(): void {
    if (this.phase !== null) this.span.end()
    this.phase = null
  }
}
