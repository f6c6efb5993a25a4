import type { JobObserver } from '@/lib/downloads/jobs/job-scheduler'
import type { Engine } from '@/lib/engines/types'
import type { RequestObserver } from '@/lib/telemetry/requests/types'

/** Tells a collector how long the parts of the work took, and what belonged to what. */
export type Tracing = {
  /** Watches requests. */
  requests: RequestObserver
  /** Watches downloads. */
  downloads: JobObserver
  /** The same engine, watched. */
  watch(engine: Pick<Engine, 'generate'>): Pick<Engine, 'generate'>
  /** Sends what is left. */
  close(): Promise<void>
}

/** Traces nothing, and costs nothing. */
export const noTracing: Tracing = {
  requests: { ended: () => {} },
  downloads: { queued: () => {}, began: () => {}, ended: () => {} },
  watch: (engine) => engine,
  close: async () => {},
}
