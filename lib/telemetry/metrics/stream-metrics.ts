import { Histogram, type Registry } from 'prom-client'
import type { SseObserver, SseStats } from '@/lib/sse'
import { type Scraped, samplesOf } from './scraped-metrics'

/** The kinds of streams: their gauges are there before the first one opens. */
const NO_STREAMS = { generation: 0, downloads: 0, activity: 0 }

export type Streams = {
  sse: { stats(): SseStats }
  /** Bytes that logs keep for readers who come back, by what is in them. */
  logBytes: Readonly<Record<string, () => number>>
}

/** Who reads the event streams, how they come and go, and how far behind they are. */
export function describeStreams(scraped: Scraped, { sse, logBytes }: Streams): void {
  const stats = scraped.once(() => sse.stats())
  scraped.gauge(
    { name: 'runnel_sse_subscribers', help: 'Open event streams.', labels: ['stream'] },
    () => samplesOf('stream', { ...NO_STREAMS, ...stats().openByName }),
  )
  scraped.gauge(
    {
      name: 'runnel_sse_blocked_subscribers',
      help: 'Open event streams whose reader has taken nothing for a second or longer, although there is something.',
    },
    () => [{ value: stats().blocked }],
  )
  scraped.gauge(
    {
      name: 'runnel_sse_lag_events',
      help: 'Events that the slowest open stream is behind its log.',
    },
    () => [{ value: stats().maxLag }],
  )
  scraped.gauge(
    {
      name: 'runnel_sse_log_bytes',
      help: 'Bytes of events that are kept in memory for readers.',
      labels: ['log'],
    },
    () => Object.entries(logBytes).map(([log, bytes]) => ({ value: bytes(), labels: { log } })),
  )
  countStreams(scraped, stats)
  countWhatIsSent(scraped, stats)
}

function countStreams(scraped: Scraped, stats: () => SseStats): void {
  scraped.counter(
    { name: 'runnel_sse_opened_total', help: 'Event streams that were opened.' },
    () => [{ value: stats().opened }],
  )
  scraped.counter(
    {
      name: 'runnel_sse_closed_total',
      help: 'Event streams that ended, by why: `stalled` is a reader that was cut because it took nothing.',
      labels: ['reason'],
    },
    () => samplesOf('reason', stats().closed),
  )
  scraped.counter(
    {
      name: 'runnel_sse_rejected_total',
      help: 'Event streams that a limit kept out: that of all, or that of one client.',
      labels: ['limit'],
    },
    () => samplesOf('limit', stats().rejected),
  )
  scraped.counter(
    {
      name: 'runnel_sse_resumed_total',
      help: 'What became of the cursors of readers: `fresh` had none, `reset` could not be served.',
      labels: ['outcome'],
    },
    () => samplesOf('outcome', stats().resumed),
  )
  scraped.counter(
    {
      name: 'runnel_sse_resets_total',
      help: 'Readers that got the state anew because their cursor could not be served, by why.',
      labels: ['reason'],
    },
    () => samplesOf('reason', stats().resets),
  )
}

function countWhatIsSent(scraped: Scraped, stats: () => SseStats): void {
  scraped.counter(
    {
      name: 'runnel_sse_replayed_events_total',
      help: 'Events that were sent from before their stream was opened.',
    },
    () => [{ value: stats().replayed }],
  )
  scraped.counter(
    { name: 'runnel_sse_chunks_total', help: 'Chunks that were handed to connections.' },
    () => [{ value: stats().chunks }],
  )
  scraped.counter(
    { name: 'runnel_sse_sent_bytes_total', help: 'Bytes that were handed to connections.' },
    () => [{ value: stats().bytes }],
  )
}

/** From what nobody notices to what everybody does, in seconds. */
const DELIVERY_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** How long events are on their way from their producer to the connections of their readers. */
export class DeliveryMetrics implements SseObserver {
  readonly #histogram: Histogram
  readonly #now: () => number

  /** @param now milliseconds since 1970, as events are stamped */
  constructor(registry: Registry, now: () => number) {
    this.#now = now
    this.#histogram = new Histogram({
      name: 'runnel_sse_publish_to_flush_seconds',
      help: 'From the oldest event of a chunk being published until the chunk is handed to the connection of a reader who was there.',
      buckets: DELIVERY_SECONDS,
      registers: [registry],
    })
  }

  delivered(publishedAt: number): void {
    this.#histogram.observe(Math.max(0, this.#now() - publishedAt) / 1000)
  }
}
