import type { WorkerStats } from '@/lib/engines/local/worker-fleet'
import type { EngineModelStatus } from '@/lib/engines/types'
import { type Sample, type Scraped, samplesOf } from './scraped'

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
