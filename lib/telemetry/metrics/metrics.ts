import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Observer } from '@/lib/telemetry/observer'
import type { RouteNames } from '@/lib/telemetry/requests/requests'
import { GenerationMetrics, RequestMetrics } from './event-metrics'
import { describeDownloads, describeInference, type Inference, Scraped } from './scraped-metrics'
import { DeliveryMetrics, describeStreams, type Streams } from './stream-metrics'

/** Gauges of prom-client that are named like counters, which `promtool check metrics` refuses. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

type Watched = Streams & Inference & { downloads: Parameters<typeof describeDownloads>[1] }

/** Everything that `/metrics` shows. What has to be told as it happens are its parts; the rest is read when asked for. */
export class Metrics implements Observer {
  readonly #registry = new Registry()
  readonly #scraped = new Scraped(this.#registry)
  readonly deliveries: DeliveryMetrics
  readonly generations: GenerationMetrics
  readonly requests: RequestMetrics

  constructor(routes: Pick<RouteNames, 'nameOf'>) {
    this.deliveries = new DeliveryMetrics(this.#registry, Date.now)
    this.generations = new GenerationMetrics(this.#registry)
    this.requests = new RequestMetrics(this.#registry, routes)
    // Memory, CPU, and how late the event loop is.
    collectDefaultMetrics({ register: this.#registry })
    for (const name of MISNAMED) this.#registry.removeSingleMetric(name)
  }

  /** Adds what is counted by those who do it. Called once, when they are there. */
  watch(watched: Watched): void {
    describeStreams(this.#scraped, watched)
    describeDownloads(this.#scraped, watched.downloads)
    describeInference(this.#scraped, watched)
  }

  /** Every metric as it is now, in the text format of Prometheus, and the type of that. */
  async expose(): Promise<{ text: string; contentType: string }> {
    this.#scraped.begin()
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType }
  }
}
