import type { MemoryPlan } from '@/lib/models/memory-plan'
import type { ModelSettings } from '@/lib/models/model-settings'
import type { InstalledModel } from '@/lib/models/types'
import { AppError } from '@/lib/platform/errors'
import { Scheduler } from '../scheduler'
import type { EngineModelStatus } from '../types'
import type { LoadedModel } from './protocol'
import type { WorkerProcess } from './worker-process'

/** How a runner gets a worker: memory is found, the plan is measured, a process is started and has loaded the model. */
export type Loader = (
  model: InstalledModel,
  onProgress: (progress: number) => void,
) => Promise<{ worker: WorkerProcess; loaded: LoadedModel; memory: MemoryPlan }>

type Phase =
  | { kind: 'empty' }
  | { kind: 'loading'; progress: number; done: Promise<WorkerProcess> }
  | { kind: 'ready'; worker: WorkerProcess; loaded: LoadedModel; memory: MemoryPlan }
  | { kind: 'unloading'; done: Promise<void> }

/** One model: its queue, and the worker process that runs it while it is loaded. */
export class ModelRunner {
  readonly scheduler: Scheduler
  pinned = false
  /** As they are now; `model` has those that it was loaded with. */
  settings: ModelSettings = {}
  /** Requests that use it, waiting ones too. */
  users = 0
  /** When it was last asked, ms since 1970. */
  lastUsed = 0
  /** Set when nothing keeps it busy; ms since 1970, null is never. */
  expiresAt: number | null = null
  #phase: Phase = { kind: 'empty' }
  readonly #loadListeners = new Set<(progress: number) => void>()
  readonly #loader: Loader
  readonly #changed: () => void

  constructor(
    public model: InstalledModel,
    loader: Loader,
    limits: { maxQueue: number; parallel: number },
    changed: () => void,
    /** Called for each request that has got as far as the loaded model. */
    readonly onUse: () => void,
  ) {
    this.#loader = loader
    this.#changed = changed
    this.scheduler = new Scheduler(0, limits.maxQueue, limits.parallel)
  }

  get idle(): boolean {
    return this.#phase.kind === 'ready' && this.users === 0
  }

  get loaded(): boolean {
    return this.#phase.kind !== 'empty'
  }

  /** Bytes that it holds. */
  get memoryBytes(): number {
    return this.#phase.kind === 'ready' ? this.#phase.memory.bytes : 0
  }

  /** What to do for a longer context than the loaded model has; undefined while it is not loaded. */
  get contextAdvice(): string | undefined {
    return this.#phase.kind === 'ready' ? this.#phase.memory.advice : undefined
  }

  /**
   * The worker, loading the model first when needed. However many ask, it is one load.
   * @throws AppError why it can't be loaded
   */
  async load(onProgress?: (progress: number) => void): Promise<WorkerProcess> {
    if (onProgress) this.#loadListeners.add(onProgress)
    try {
      if (this.#phase.kind === 'unloading') await this.#phase.done
      if (this.#phase.kind === 'ready') return this.#phase.worker
      if (this.#phase.kind === 'loading') return await this.#phase.done
      return await this.#startLoading()
    } finally {
      if (onProgress) this.#loadListeners.delete(onProgress)
    }
  }

  /** Resolves when it is not loading, whatever came of that. */
  async settled(): Promise<void> {
    if (this.#phase.kind === 'loading') await this.#phase.done.catch(() => undefined)
  }

  /** Ends the worker, whoever uses it. Resolves when its memory is returned. */
  async unload(): Promise<void> {
    if (this.#phase.kind === 'loading') await this.settled()
    await this.#stop()
  }

  /**
   * Ends the worker when nobody uses it, which is known in the same moment: nobody can begin to between.
   * Resolves when its memory is returned.
   */
  async unloadIdle(): Promise<void> {
    if (this.idle) await this.#stop()
  }

  status(): EngineModelStatus | null {
    if (this.#phase.kind === 'empty') return null
    const ready = this.#phase.kind === 'ready' ? this.#phase.loaded : null
    return {
      model: this.model.id,
      state: this.#phase.kind,
      progress: this.#phase.kind === 'loading' ? this.#phase.progress : 1,
      memoryBytes: this.memoryBytes,
      contextSize: ready?.contextSize ?? 0,
      contextReason: this.#phase.kind === 'ready' ? this.#phase.memory.reason : '',
      settings: this.model.settings,
      parallel: ready?.parallel ?? 0,
      threads: (ready?.plan.threads ?? 0) * (ready?.plan.contexts ?? 0),
      gpu: ready?.gpu ?? null,
      active: this.scheduler.active,
      queued: this.scheduler.queueLength,
      pinned: this.pinned,
      expiresAt: this.pinned ? null : this.expiresAt,
    }
  }

  #stop(): Promise<void> {
    if (this.#phase.kind === 'unloading') return this.#phase.done
    if (this.#phase.kind !== 'ready') return Promise.resolve()
    const { worker } = this.#phase
    this.scheduler.resize(0)
    const done = worker.stop().then(() => this.#enter({ kind: 'empty' }))
    this.#enter({ kind: 'unloading', done })
    return done
  }

  #startLoading(): Promise<WorkerProcess> {
    const done = this.#loader(this.model, (progress) => this.#report(progress)).then(
      ({ worker, loaded, memory }) => {
        this.#enter({ kind: 'ready', worker, loaded, memory })
        // The first to be told, so that whoever waits finds the model gone and loads it again.
        worker.once('gone', () => this.#onGone(worker))
        this.scheduler.resize(loaded.parallel)
        return worker
      },
      (error: unknown) => {
        this.#enter({ kind: 'empty' })
        throw error
      },
    )
    this.#enter({ kind: 'loading', progress: 0, done })
    return done
  }

  #onGone(worker: WorkerProcess): void {
    if (this.#phase.kind !== 'ready' || this.#phase.worker !== worker) return
    this.scheduler.resize(0)
    this.#enter({ kind: 'empty' })
  }

  #report(progress: number): void {
    if (this.#phase.kind !== 'loading') return
    this.#phase.progress = progress
    for (const listener of this.#loadListeners) listener(progress)
    this.#changed()
  }

  #enter(phase: Phase): void {
    this.#phase = phase
    this.#changed()
  }
}

/** The error for unloading what is in use. */
export function inUse(model: string, active: number): AppError {
  return new AppError(`${model} is answering ${active} requests.`, {
    code: 'model_in_use',
    status: 409,
    hint: 'Wait until they are done, or unload it with `force`.',
  })
}
