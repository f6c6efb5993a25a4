import { EventEmitter, once } from 'node:events'
import type { Ticket } from '../scheduler'
import type { ModelRunner } from './model-runner'
import type { WorkerProcess } from './worker-process'

/** Is told what a request waits for. */
export type AdmissionListener = {
  /** The place in the queue; 1 is next. */
  onQueued?(position: number): void
  /** From 0 to 1. */
  onLoading?(progress: number): void
}

/** The way of one request to a worker: its turn in the queue of the model, and the model loaded. */
export class Admission {
  readonly #ticket: Ticket
  readonly #events = new EventEmitter<{ change: [] }>()
  #loadMs = 0
  readonly #runner: ModelRunner
  readonly #signal: AbortSignal
  readonly #now: () => number
  readonly #listener: AdmissionListener

  /**
   * Enters the queue of the model.
   * @param signal ends the waiting
   * @throws AppError `queue_full`
   */
  constructor(
    runner: ModelRunner,
    client: string,
    signal: AbortSignal,
    now: () => number,
    listener: AdmissionListener = {},
  ) {
    this.#runner = runner
    this.#signal = signal
    this.#now = now
    this.#listener = listener
    this.#ticket = runner.scheduler.enter(client, () => this.#moved())
    if (this.#ticket.position > 0) listener.onQueued?.(this.#ticket.position)
  }

  /** Milliseconds that were waited for the model to be loaded. */
  get loadMs(): number {
    return this.#loadMs
  }

  /**
   * Waits for its turn and for the model; undefined when the signal was aborted before. A worker that goes away
   * meanwhile is loaded again.
   * @throws AppError why the model can't be loaded, or `model_unloaded`
   */
  async worker(): Promise<WorkerProcess | undefined> {
    const signal = this.#signal
    const changed = () => this.#events.emit('change')
    signal.addEventListener('abort', changed)
    try {
      while (!signal.aborted) {
        const worker = await this.#loaded()
        if (!worker) return undefined
        if (this.#ticket.position === 0) {
          this.#runner.onUse()
          return worker
        }
        worker.once('gone', changed)
        await once(this.#events, 'change')
        worker.off('gone', changed)
        if (worker.ended?.code === 'model_unloaded') throw worker.ended
      }
      return undefined
    } finally {
      signal.removeEventListener('abort', changed)
    }
  }

  /** Gives the slot back, or the place in the queue up. */
  leave(): void {
    this.#runner.scheduler.leave(this.#ticket)
  }

  #moved(): void {
    if (this.#ticket.position > 0) this.#listener.onQueued?.(this.#ticket.position)
    this.#events.emit('change')
  }

  /** The worker; undefined when the signal was aborted before it was there. */
  async #loaded(): Promise<WorkerProcess | undefined> {
    const before = this.#now()
    const { promise: aborted, stop } = whenAborted(this.#signal)
    try {
      const load = this.#runner.load((progress) => {
        if (!this.#signal.aborted) this.#listener.onLoading?.(progress)
      })
      return await Promise.race([load, aborted])
    } finally {
      stop()
      this.#loadMs += this.#now() - before
    }
  }
}

function whenAborted(signal: AbortSignal): { promise: Promise<undefined>; stop: () => void } {
  let stop = () => {}
  const promise = new Promise<undefined>((resolve) => {
    const abort = () => resolve(undefined)
    signal.addEventListener('abort', abort, { once: true })
    stop = () => signal.removeEventListener('abort', abort)
  })
  return { promise, stop }
}
