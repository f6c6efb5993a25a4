import { modelMissing, modelNotFound } from '@/lib/models/catalog-lookup'
import { type MemoryPlan, planMemory } from '@/lib/models/memory-plan'
import { wishOf, withCacheTypes } from '@/lib/models/model-settings'
import type { InstalledModel } from '@/lib/models/types'
import { AppError } from '@/lib/platform/errors'
import type { EngineModelStatus } from '../types'
import { KeepAlive } from './keep-alive'
import { MemoryBudget } from './memory'
import { inUse, type Loader, ModelRunner } from './model-runner'
import { loadOptions } from './plans'
import type { Tuner } from './tuner'
import { UseNotes } from './use-notes'
import type { WorkerProcess } from './worker-process'

/** What the engine needs to know of installed models. */
export interface ModelSource {
  get(id: string): Promise<InstalledModel | null>
  /** Notes that the model was used so many times, the last time now. */
  touch(id: string, times: number): Promise<void>
  /** Looks for the files of a model. @throws AppError `model_file_missing` */
  checkPresent(model: InstalledModel): Promise<void>
}

export type PoolOptions = {
  models: ModelSource
  tuner: Pick<Tuner, 'tune' | 'remember'>
  startWorker: (poolSize: number) => WorkerProcess
  /** Ends every worker that was started, also one that is still loading. */
  stopWorkers: () => Promise<void>
  /** Bytes that may still be used now. */
  freeMemory: () => Promise<number>
  /** Bytes that all models together may take; undefined is what the machine has. */
  memoryLimit: number | undefined
  parallel: number
  contextSize: number | undefined
  maxQueue: number
  keepAliveMs: number
  now: () => number
  /** Is told of failures that no request waits for. */
  report: (error: unknown) => void
  /** Runs something later. @returns cancel */
  later: (run: () => void, ms: number) => () => void
}

/** All models that are loaded or asked for: loads on demand, makes room, and unloads what nobody uses. */
export class ModelPool {
  readonly #runners = new Map<string, ModelRunner>()
  readonly #listeners = new Set<() => void>()
  /** Loads are planned one after the other, so that no two count on the same memory. */
  #planning: Promise<unknown> = Promise.resolve()
  readonly #budget: MemoryBudget
  readonly #notes: UseNotes
  readonly #keepAlive: KeepAlive
  readonly #options: PoolOptions

  constructor(options: PoolOptions) {
    this.#options = options
    const { models, later, report, keepAliveMs, now, freeMemory, memoryLimit } = options
    const changed = () => this.#changed()
    this.#keepAlive = new KeepAlive({ keepAliveMs, now, later, report, changed })
    this.#budget = new MemoryBudget({ measure: freeMemory, limit: memoryLimit })
    this.#notes = new UseNotes({ touch: (id, times) => models.touch(id, times), later, report })
  }

  /** The runner of a model that is installed. @throws AppError `model_not_found` */
  async runner(id: string): Promise<ModelRunner> {
    const model = await this.#options.models.get(id)
    if (!model) throw modelNotFound(id, [])
    if (model.missing) throw modelMissing(id, model.file)
    const known = this.#runners.get(id)
    if (known) {
      known.settings = model.settings
      if (known.loaded) return known
      // What is loaded stays what it is; the next load takes the file, and whether it is pinned, as it is then.
      known.model = model
      known.pinned = model.pinned
      return known
    }
    const load: Loader = (installed, onProgress) => this.#load(installed, onProgress)
    const runner = new ModelRunner(
      model,
      load,
      this.#options,
      () => this.#changed(),
      () => this.#notes.add(id),
    )
    runner.pinned = model.pinned
    runner.settings = model.settings
    this.#runners.set(id, runner)
    return runner
  }

  /** Somebody begins to use a runner, which then is not unloaded for being idle. Call `release` when that is over. */
  use(runner: ModelRunner): void {
    this.#keepAlive.begin(runner)
  }

  /** Notes that a use is over. After the last one the idle time begins; `keepAliveMs` is what its request asked for. */
  release(runner: ModelRunner, keepAliveMs: number | undefined): void {
    this.#keepAlive.end(runner, keepAliveMs)
  }

  /** Ends the worker of a model. @throws AppError 409 `model_in_use`, unless `force` */
  async unload(id: string, force: boolean): Promise<void> {
    const runner = this.#runners.get(id)
    if (!runner?.loaded) return
    if (!force) {
      refuseInUse(runner)
      await runner.settled()
      // Somebody may have come while it was loading; from here on nobody can.
      refuseInUse(runner)
    }
    this.#keepAlive.cancel(runner)
    await runner.unload()
  }

  status(): EngineModelStatus[] {
    return [...this.#runners.values()].flatMap((runner) => runner.status() ?? [])
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends every worker. */
  async close(): Promise<void> {
    await this.#notes.write()
    for (const runner of this.#runners.values()) this.#keepAlive.cancel(runner)
    await this.#options.stopWorkers()
    await Promise.all([...this.#runners.values()].map((runner) => runner.unload()))
  }

  async #load(model: InstalledModel, onProgress: (progress: number) => void): ReturnType<Loader> {
    await this.#options.models.checkPresent(model)
    const memory = await this.#plan(model)
    try {
      const group = await this.#options.tuner.tune(model, memory)
      const worker = this.#options.startWorker(group.poolSize)
      try {
        const { contextSize, parallel } = memory
        const { plans, record } = group
        const request = { ...loadOptions(model), contextSize, parallel, plans, record }
        const loaded = await worker.load(request, onProgress)
        await this.#options.tuner.remember(model, memory, loaded, group)
        return { worker, loaded, memory }
      } catch (error) {
        await worker.stop()
        throw error
      }
    } finally {
      this.#budget.settle(model.id)
    }
  }

  #plan(model: InstalledModel): Promise<MemoryPlan> {
    const planned = this.#planning.then(() => this.#makeRoom(model))
    this.#planning = planned.catch(() => undefined)
    return planned
  }

  /** Unloads idle models, least recently used first, until the model fits with a context of use. @throws AppError `insufficient_memory` */
  async #makeRoom(model: InstalledModel): Promise<MemoryPlan> {
    const { parallel, contextSize } = this.#options
    const shape = withCacheTypes(model.gguf, model.settings)
    for (;;) {
      const runners = [...this.#runners.values()]
      const free = await this.#budget.left(runners)
      const wish = wishOf(model.settings, { parallel, contextSize })
      const memory = planMemory({ size: model.size, shape }, wish, free)
      const fits = memory.bytes <= free
      const idle = runners
        .filter((runner) => runner.idle && !runner.pinned)
        .sort((a, b) => a.lastUsed - b.lastUsed)[0]
      if (fits && !(memory.cramped && idle)) {
        this.#budget.promise(model.id, memory.bytes)
        return memory
      }
      if (!idle) throw doesNotFit(model.id, memory.bytes, free)
      this.#keepAlive.cancel(idle)
      await idle.unloadIdle()
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

function refuseInUse({ model, scheduler: { active, queueLength } }: ModelRunner): void {
  if (active + queueLength > 0) throw inUse(model.id, active)
}

function doesNotFit(id: string, needed: number, free: number): AppError {
  const inMib = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`
  return new AppError(
    `${id} needs about ${inMib(needed)} of memory, and ${inMib(free)} are free.`,
    {
      code: 'insufficient_memory',
      status: 503,
      hint: 'Unload another model, choose a smaller quantization, or lower RUNNEL_CONTEXT_SIZE or the context_size of its settings.',
      retryAfter: 30,
    },
  )
}
