/** Milliseconds between looks. */
const LOOK_MS = 250
/** Looks without a sign of life after which a worker counts as hung: together within the two seconds that streams may wait. */
const MISSED_WHEN_READY = 6
/** While it loads, or reads a very long prompt, a worker may be silent for longer. */
const MISSED_WHEN_PAUSING = 80
/** Milliseconds without a finished evaluation after which a worker with work to do counts as hung. */
const STUCK_MS = 120_000

export type Timers = {
  every(ms: number, run: () => void): () => void
}

/** What a worker has to do. */
export type WorkerLoad = {
  /** Whether there is anything at all. */
  isBusy(): boolean
  /** Whether it was sent something so long that it may be silent until it has read it. */
  isReading(): boolean
}

export const systemTimers: Timers = {
  every(ms, run) {
    const timer = setInterval(run, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
}

/**
 * Notices a worker that no longer answers. It counts its own looks, not the clock, so that a server that was busy itself
 * does not take a healthy worker for a hung one.
 */
export class Watchdog {
  #missed = 0
  #looksWithoutProgress = 0
  #evaluations = 0
  #pausing = false
  readonly #stop: () => void
  loading = true
  readonly #worker: WorkerLoad

  /** @param worker what it has to do; @param onHang called once */
  constructor(timers: Timers, worker: WorkerLoad, onHang: (why: string) => void) {
    this.#worker = worker
    this.#stop = timers.every(LOOK_MS, () => {
      const why = this.#look()
      if (!why) return
      this.#stop()
      onHang(why)
    })
  }

  /**
   * A sign of life, with the number of evaluations that the worker has finished.
   * @param pausing whether it has said that the next one may take long
   */
  beat(evaluations: number, pausing = false): void {
    this.#missed = 0
    this.#pausing = pausing
    if (evaluations === this.#evaluations) return
    this.#evaluations = evaluations
    this.#looksWithoutProgress = 0
  }

  close(): void {
    this.#stop()
  }

  #look(): string | undefined {
    this.#missed++
    this.#looksWithoutProgress = this.#worker.isBusy() ? this.#looksWithoutProgress + 1 : 0
    const mayPause = this.loading || this.#pausing || this.#worker.isReading()
    if (this.#missed >= (mayPause ? MISSED_WHEN_PAUSING : MISSED_WHEN_READY))
      return 'it has stopped answering'
    if (this.#looksWithoutProgress * LOOK_MS > STUCK_MS) return 'an evaluation does not end'
    return undefined
  }
}
