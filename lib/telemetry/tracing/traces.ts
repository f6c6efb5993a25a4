import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import type { Job } from '@/lib/downloads/jobs/job'
import type { JobObserver } from '@/lib/downloads/jobs/job-scheduler'
import type { EngineEvent, GenerateRequest } from '@/lib/engines/types'
import type { GenerationEnd, GenerationObserver } from '../observer'
import type { RequestEnd, RequestObserver, RequestRecord } from '../requests/request-record'
import type { RouteNames } from '../requests/requests'

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
  #phase: Phase | null = 'queued'
  #span: Span
  readonly #tracer: Tracer
  readonly #context: Context

  constructor(tracer: Tracer, context: Context) {
    this.#tracer = tracer
    this.#context = context
    this.#span = tracer.startSpan('queued', {}, context)
  }

  enter(phase: Phase | null): void {
    if (phase === this.#phase) return
    this.end()
    this.#phase = phase
    if (phase !== null) this.#span = this.#tracer.startSpan(phase, {}, this.#context)
  }

  end(): void {
    if (this.#phase !== null) this.#span.end()
    this.#phase = null
  }
}

/**
 * A span for each HTTP request, named as the conventions of OpenTelemetry ask. It is part of the trace that the client's
 * `traceparent` names (W3C Trace Context), if it sends one.
 */
export class RequestTraces implements RequestObserver {
  readonly #spans = new WeakMap<RequestRecord, Span>()
  readonly #tracer: Tracer
  readonly #routes: Pick<RouteNames, 'nameOf'>

  constructor(tracer: Tracer, routes: Pick<RouteNames, 'nameOf'>) {
    this.#tracer = tracer
    this.#routes = routes
  }

  began(record: RequestRecord): void {
    const { method, path, id, traceparent } = record
    const attributes = {
      'http.request.method': method,
      'url.path': path,
      'runnel.request.id': id,
    }
    const remote = traceparent === undefined ? null : parseTraceParent(traceparent)
    const context = remote
      ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true })
      : ROOT_CONTEXT
    const span = this.#tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, context)
    this.#spans.set(record, span)
  }

  ended(record: RequestRecord, { status }: RequestEnd): void {
    const span = this.#spans.get(record)
    if (!span) return
    const route = record.route ?? this.#routes.nameOf(record.path)
    span.updateName(`${record.method} ${route}`)
    span.setAttributes({ 'http.route': route, 'http.response.status_code': status })
    if (record.caller !== undefined) span.setAttribute('enduser.id', record.caller)
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  }

  /** What is done for a request goes below its span; what is done for nobody begins a trace. */
  contextOf(record: RequestRecord | undefined): Context {
    const span = record && this.#spans.get(record)
    return span ? trace.setSpan(ROOT_CONTEXT, span) : ROOT_CONTEXT
  }
}

/**
 * A span for each run of a download, below the request that asked for it. One that goes on after a restart of the server
 * begins a trace of its own.
 */
export class DownloadTraces implements JobObserver {
  readonly #parents = new WeakMap<Job, Context>()
  readonly #spans = new WeakMap<Job, Span>()
  readonly #tracer: Tracer
  readonly #parent: () => Context

  /** @param parent what the running code works for */
  constructor(tracer: Tracer, parent: () => Context) {
    this.#tracer = tracer
    this.#parent = parent
  }

  queued(job: Job): void {
    this.#parents.set(job, this.#parent())
  }

  began(job: Job): void {
    const attributes = { 'runnel.download.id': job.id, 'runnel.model_ref': job.modelRef }
    this.#spans.set(job, this.#tracer.startSpan('download', { attributes }, this.#parents.get(job)))
  }

  ended(job: Job): void {
    const span = this.#spans.get(job)
    if (!span) return
    span.setAttributes({ 'runnel.download.status': job.status, 'runnel.download.bytes': job.bytes })
    if (job.problem) span.setStatus({ code: SpanStatusCode.ERROR, message: job.problem.message })
    span.end()
  }
}
