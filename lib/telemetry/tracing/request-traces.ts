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
import type {
  RequestEnd,
  RequestObserver,
  RequestRecord,
} from '@/lib/telemetry/requests/request-record'
import type { RouteNames } from '@/lib/telemetry/requests/route-names'

/**
 * A span for each HTTP request, named as the conventions of OpenTelemetry ask. It is part of the trace that the client's
 * `traceparent` names (W3C Trace Context), if it sends one.
 */
export class RequestTraces implements RequestObserver {
  private readonly spans = new WeakMap<RequestRecord, Span>()

  constructor(
    private readonly tracer: Tracer,
    private readonly routes: Pick<RouteNames, 'nameOf'>,
  ) {}

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
    const span = this.tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, context)
    this.spans.set(record, span)
  }

  ended(record: RequestRecord, { status }: RequestEnd): void {
    const span = this.spans.get(record)
    if (!span) return
    const route = record.route ?? this.routes.nameOf(record.path)
    span.updateName(`${record.method} ${route}`)
    span.setAttributes({ 'http.route': route, 'http.response.status_code': status })
    if (record.caller !== undefined) span.setAttribute('enduser.id', record.caller)
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  }

  /** What is done for a request goes below its span; what is done for nobody begins a trace. */
  contextOf(record: RequestRecord | undefined): Context {
    const span = record && this.spans.get(record)
    return span ? trace.setSpan(ROOT_CONTEXT, span) : ROOT_CONTEXT
  }
}
