import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { measureMemory } from '@/lib/models/machine'
import type { Config } from '@/lib/platform/config'
import type { Database } from '@/lib/platform/db/schema'
import { LocalEngine } from './local-engine'
import { ModelPool, type ModelSource } from './model-pool'
import { SettingsPlanStore, Tuner } from './tuner'
import { systemTimers } from './watchdog'
import { WorkerFleet } from './worker-fleet'

type Logger = { warn(fields: object, message: string): void }

/** The worker processes of this server; none is started before a model is asked for. */
export function createWorkers({ rootDir }: Pick<Config, 'rootDir'>, logger: Logger): WorkerFleet {
  return new WorkerFleet({
    script: join(rootDir, 'dist', 'llama-worker.mjs'),
    timers: systemTimers,
    log: (line) => logger.warn({ line: line.trim() }, 'inference worker'),
  })
}

/** Puts the local engine together from the configuration. Nothing is started before a model is asked for. */
export function createLocalEngine(
  { inference }: Pick<Config, 'inference'>,
  models: ModelSource,
  db: Kysely<Database>,
  workers: WorkerFleet,
  logger: Logger,
): LocalEngine {
  const startWorker = (poolSize: number) => workers.start(poolSize)
  const tuner = new Tuner({
    cores: availableParallelism(),
    threads: inference.threads,
    store: new SettingsPlanStore(db),
    startWorker,
  })
  const pool = new ModelPool({
    models,
    tuner,
    startWorker,
    stopWorkers: () => workers.stopAll(),
    freeMemory: async () => (await measureMemory()).available,
    memoryLimit: inference.memory,
    parallel: inference.parallel,
    contextSize: inference.contextSize,
    maxQueue: inference.maxQueue,
    keepAliveMs: inference.keepAliveMs,
    now: Date.now,
    report: (error) => logger.warn({ err: error }, 'inference'),
    later: (run, ms) => {
      const timer = setTimeout(run, ms)
      timer.unref()
      return () => clearTimeout(timer)
    },
  })
  return new LocalEngine(pool, () => performance.now())
}
