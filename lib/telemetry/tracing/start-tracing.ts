import { type DiagLogFunction, DiagLogLevel, diag } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Logger } from '@/lib/platform/logger'
import type { CurrentRequest } from '@/lib/telemetry/requests/request-record'
import type { RouteNames } from '../requests/requests'
import { DownloadTraces, GenerationTraces, RequestTraces } from './traces'
import type { Tracing } from './tracing'

/** Milliseconds that the end of the server waits for a collector. */
const LAST_SEND_MS = 1000

type Parts = {
  serviceName: string
  current: CurrentRequest
  routes: Pick<RouteNames, 'nameOf'>
  logger: Pick<Logger, 'warn'>
}

/**
 * Sends spans over OTLP/HTTP. Where to, with which headers and how many at once the exporter takes from the variables
 * that the OpenTelemetry specification names. The provider is ours alone: made global, Next would add spans of its own.
 */
export function startTracing({ serviceName, current, routes, logger }: Parts): Tracing {
  reportTo(logger)
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': serviceName })),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  })
  const tracer = provider.getTracer('runnel')
  const requests = new RequestTraces(tracer, routes)
  const parent = () => requests.contextOf(current.record)
  return {
    requests,
    downloads: new DownloadTraces(tracer, parent),
    generations: new GenerationTraces(tracer, parent),
    close: () => Promise.race([provider.shutdown(), pause(LAST_SEND_MS)]),
  }
}

/** A collector that can't be reached is told in the log, and stops nothing. */
function reportTo(logger: Pick<Logger, 'warn'>): void {
  const warn: DiagLogFunction = (message, ...detail) =>
    logger.warn({ detail }, `tracing: ${message}`)
  const nothing = () => {}
  const all = { error: warn, warn, info: nothing, debug: nothing, verbose: nothing }
  diag.setLogger(all, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
