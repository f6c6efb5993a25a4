import { type StartOptions, WorkerProcess } from './worker-process'

/** How the worker processes are. Counts are since the server started. */
export type WorkerStats = {
  running: number
  started: number
  /** Those that ended: because they were told to, or by themselves. */
  exits: { stopped: number; crashed: number }
  /** Bytes of memory that those that run hold together. */
  memoryBytes: number
}

/** Starts worker processes, and knows those that run, also while they load. */
export class WorkerFleet {
  readonly #running = new Set<WorkerProcess>()
  readonly #exits = { stopped: 0, crashed: 0 }
  #started = 0
  readonly #options: Omit<StartOptions, 'poolSize'>

  constructor(options: Omit<StartOptions, 'poolSize'>) {
    this.#options = options
  }

  /** Starts a process. @param poolSize threads of its pool. */
  start(poolSize: number): WorkerProcess {
    const worker = new WorkerProcess({ ...this.#options, poolSize })
    this.#started += 1
    this.#running.add(worker)
    worker.once('gone', () => {
      this.#running.delete(worker)
      this.#exits[worker.ended?.code === 'model_unloaded' ? 'stopped' : 'crashed'] += 1
    })
    return worker
  }

  /** Ends every process. Resolves when they are gone. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.stop()))
  }

  stats(): WorkerStats {
    let memoryBytes = 0
    for (const worker of this.#running) memoryBytes += worker.memoryBytes
    return {
      running: this.#running.size,
      started: this.#started,
      exits: { ...this.#exits },
      memoryBytes,
    }
  }
}
