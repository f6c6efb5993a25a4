import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Config } from '@/lib/config'
import type { Database } from '@/lib/db/schema'
import { measureMemory } from '@/lib/models/machine'
import { LocalEngine } from './local-engine'
import { ModelPool, type ModelSource } from './model-pool'
import { SettingsPlanStore } from './plan-store'
import { Tuner } from './tuner'
import { systemTimers } from './watchdog'
import { WorkerProcess } from './worker-process'

type Logger = { warn(fields: object, message: string): void }

/** Puts the local engine together from the configuration. Nothing is started before a model is asked for. */
export function createLocalEngine(
  config: Pick<Config, 'rootDir' | 'inference'>,
  models: ModelSource,
  db: Kysely<Database>,
  logger: Logger,
): LocalEngine {
  const { inference, rootDir } = config
  const workers = new Set<WorkerProcess>()
  const startWorker = (poolSize: number) => {
    const worker = new WorkerProcess({
      script: join(rootDir, 'dist', 'llama-worker.mjs'),
      poolSize,
      timers: systemTimers,
      log: (line) => logger.warn({ line: line.trim() }, 'inference worker'),
    })
    workers.add(worker)
    worker.onGone(() => workers.delete(worker))
    return worker
  }
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
    async stopWorkers() {
      await Promise.all([...workers].map((worker) => worker.stop()))
    },
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
