import { Counter, Gauge, type Registry } from 'prom-client'
import type { DownloadStats } from '@/lib/downloads/jobs/download-stats'
import type { WorkerStats } from '@/lib/engines/local/worker-fleet'
import type { EngineModelStatus } from '@/lib/engines/types'

/** One value of a metric, with what tells it apart from its siblings. */
export type Sample = { value: number; labels?: Record<string, string> }

type Definition = { name: string; help: string; labels?: readonly string[] }

/** Metrics whose values are kept elsewhere already: they are read when somebody asks, and counted nowhere twice. */
export class Scraped {
  #scrapes = 0
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** A scrape begins: what is read once for all its metrics is read anew. */
  begin(): void {
    this.#scrapes += 1
  }

  /** The same reading for every metric of one scrape: with ten thousand streams a reading has its price. */
  once<T>(read: () => T): () => T {
    let kept: { value: T; scrape: number } | undefined
    return () => {
      if (kept?.scrape !== this.#scrapes) kept = { value: read(), scrape: this.#scrapes }
      return kept.value
    }
  }

  /** What goes up and down. */
  gauge({ name, help, labels = [] }: Definition, read: () => readonly Sample[]): void {
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const sample of read()) this.set(sample.labels ?? {}, sample.value)
      },
    })
  }

  /** What only goes up: a count since the server started. */
  counter({ name, help, labels = [] }: Definition, read: () => readonly Sample[]): void {
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const sample of read()) this.inc(sample.labels ?? {}, sample.value)
      },
    })
  }
}

/** A sample for each field, with its name as the label. */
export function samplesOf(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([name, value]) => ({ value, labels: { [label]: name } }))
}

type Stats = Pick<DownloadStats, 'jobs' | 'bytesPerSecond' | 'receivedBytes' | 'retries'>

/** Where downloads stand, how fast they go, and what gets in their way. */
export function describeDownloads(scraped: Scraped, stats: Stats): void {
  scraped.gauge(
    { name: 'runnel_downloads', help: 'Downloads by where they stand.', labels: ['state'] },
    () => samplesOf('state', stats.jobs),
  )
  scraped.gauge(
    {
      name: 'runnel_download_speed_bytes_per_second',
      help: 'Speed of all downloads together, as the dashboard shows it.',
    },
    () => [{ value: stats.bytesPerSecond }],
  )
  scraped.counter(
    {
      name: 'runnel_download_received_bytes_total',
      help: 'Bytes that arrived, those that were fetched twice included.',
    },
    () => [{ value: stats.receivedBytes }],
  )
  scraped.counter(
    {
      name: 'runnel_download_retries_total',
      help: 'Times that something was asked for again, by why: `pushback` is a server that wants less at once.',
      labels: ['fault'],
    },
    () => samplesOf('fault', stats.retries),
  )
}

export type Inference = {
  engine: { status(): readonly EngineModelStatus[] }
  workers: { stats(): WorkerStats }
  meter: { readonly byModel: ReadonlyMap<string, number> }
}

/** What is loaded, what waits for it, what it has said, and the processes that run it. */
export function describeInference(scraped: Scraped, { engine, workers, meter }: Inference): void {
  const ofModels = (read: (model: EngineModelStatus) => number) => (): Sample[] =>
    engine.status().map((status) => ({ value: read(status), labels: { model: status.model } }))
  scraped.gauge(
    {
      name: 'runnel_inference_queue_requests',
      help: 'Requests that wait for a model that is loaded or being loaded.',
      labels: ['model'],
    },
    ofModels(({ queued }) => queued),
  )
  scraped.gauge(
    {
      name: 'runnel_inference_active_requests',
      help: 'Requests that a model works on.',
      labels: ['model'],
    },
    ofModels(({ active }) => active),
  )
  scraped.gauge(
    {
      name: 'runnel_model_memory_bytes',
      help: 'Memory that a loaded model was given.',
      labels: ['model'],
    },
    ofModels(({ memoryBytes }) => memoryBytes),
  )
  scraped.counter(
    {
      name: 'runnel_generated_tokens_total',
      help: 'Tokens that were generated.',
      labels: ['model'],
    },
    () => [...meter.byModel].map(([model, value]) => ({ value, labels: { model } })),
  )
  describeWorkers(scraped, workers)
}

function describeWorkers(scraped: Scraped, workers: Inference['workers']): void {
  scraped.gauge({ name: 'runnel_worker_processes', help: 'Worker processes that run.' }, () => [
    { value: workers.stats().running },
  ])
  scraped.gauge(
    {
      name: 'runnel_worker_resident_memory_bytes',
      help: 'Memory that the worker processes hold together, the mapped weights included.',
    },
    () => [{ value: workers.stats().memoryBytes }],
  )
  scraped.counter(
    { name: 'runnel_worker_starts_total', help: 'Worker processes that were started.' },
    () => [{ value: workers.stats().started }],
  )
  scraped.counter(
    {
      name: 'runnel_worker_exits_total',
      help: 'Worker processes that ended: `stopped` were told to; after `crashed` the next request starts another.',
      labels: ['reason'],
    },
    () => samplesOf('reason', workers.stats().exits),
  )
}
