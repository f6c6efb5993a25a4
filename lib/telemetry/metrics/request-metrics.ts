import { Counter, Histogram, type Registry } from 'prom-client'
import type {
  RequestEnd,
  RequestObserver,
  RequestRecord,
} from '@/lib/telemetry/requests/request-record'
import type { RouteNames } from '@/lib/telemetry/requests/route-names'

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** HTTP requests by the pattern of their route, never by their path. */
export class RequestMetrics implements RequestObserver {
  private readonly requests: Counter<'method' | 'route' | 'status'>
  private readonly duration: Histogram<'method' | 'route'>

  constructor(
    registry: Registry,
    private readonly routes: Pick<RouteNames, 'nameOf'>,
  ) {
    this.requests = new Counter({
      name: 'runnel_http_requests_total',
      help: 'HTTP requests that ended; 499 is a client that left before there was an answer.',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
    })
    this.duration = new Histogram({
      name: 'runnel_http_request_duration_seconds',
      help: 'From the first byte of a request to its answer; a stream goes on after that.',
      labelNames: ['method', 'route'],
      buckets: SECONDS,
      registers: [registry],
    })
  }

  ended(record: RequestRecord, { status, answerMs }: RequestEnd): void {
    const { method } = record
    const route = record.route ?? this.routes.nameOf(record.path)
    this.requests.inc({ method, route, status })
    this.duration.observe({ method, route }, answerMs / 1000)
  }
}
