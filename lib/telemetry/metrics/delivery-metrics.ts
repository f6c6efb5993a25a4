import { Histogram, type Registry } from 'prom-client'
import type { SseObserver } from '@/lib/sse'

/** From what nobody notices to what everybody does, in seconds. */
const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** How long events are on their way from their producer to the connections of their readers. */
export class DeliveryMetrics implements SseObserver {
  private readonly histogram: Histogram

  /** @param now milliseconds since 1970, as events are stamped */
  constructor(
    registry: Registry,
    private readonly now: () => number,
  ) {
    this.histogram = new Histogram({
      name: 'runnel_sse_publish_to_flush_seconds',
      help: 'From the oldest event of a chunk being published until the chunk is handed to the connection of a reader who was there.',
      buckets: BUCKETS,
      registers: [registry],
    })
  }

  delivered(publishedAt: number): void {
    this.histogram.observe(Math.max(0, this.now() - publishedAt) / 1000)
  }
}
