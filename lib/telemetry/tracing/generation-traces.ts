import { type Context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { Engine, EngineEvent, GenerateRequest } from '@/lib/engines/types'

/** A span for each generation, with one below it for each phase: `queued`, `loading`, `prompt`, `generating`. */
export class GenerationTraces {
  /** @param parent what the running code works for */
  constructor(
    private readonly tracer: Tracer,
    private readonly parent: () => Context,
  ) {}

  /** The same engine, watched. */
  watch(engine: Pick<Engine, 'generate'>): Pick<Engine, 'generate'> {
    return { generate: (request, signal) => this.follow(request, engine.generate(request, signal)) }
  }

  private async *follow(
    { model }: GenerateRequest,
    events: AsyncIterable<EngineEvent>,
  ): AsyncIterable<EngineEvent> {
    const context = this.parent()
    const attributes = { 'gen_ai.operation.name': 'generate', 'gen_ai.request.model': model }
    const span = this.tracer.startSpan(`generate ${model}`, { attributes }, context)
    const phases = new Phases(this.tracer, trace.setSpan(context, span))
    try {
      for await (const event of events) {
        phases.enter(phaseOf(event))
        describe(span, event)
        yield event
      }
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
      throw error
    } finally {
      phases.end()
      span.end()
    }
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
