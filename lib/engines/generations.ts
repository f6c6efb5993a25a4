import { randomBytes } from 'node:crypto'
import { serverStopped } from '@/lib/platform/errors'
import { Generation, type Owner } from './generation'
import type { StreamEncoder } from './generation-output'
import type { Engine, GenerateRequest, Usage } from './types'

export type { Generation } from './generation'
export type { StreamEncoder } from './generation-output'
export { type ChoiceResult, tokensOf } from './generation-output'

/** Milliseconds that a generation can still be read after its end. */
const KEEP_MS = 5 * 60_000

export type StartGeneration = {
  /** One for each choice. */
  requests: readonly GenerateRequest[]
  owner: Owner
  encoder: StreamEncoder
  /** Milliseconds without a reader after which it stops; 0 is at once, null never. */
  abandon: { afterMs: number | null }
}

/** All generations that run, and those that ended not long ago. */
export class Generations {
  readonly #known = new Map<string, Generation>()
  readonly #expiries = new Set<NodeJS.Timeout>()
  readonly #listeners = new Set<() => void>()
  #closed = false
  readonly #engine: Pick<Engine, 'generate'>
  readonly #onUsage: (owner: Owner, usages: readonly Usage[], choicesPerPrompt: number) => void

  /** @param onUsage called at the end of each, however it ended, with what its choices cost, and how many share a prompt */
  constructor(
    engine: Pick<Engine, 'generate'>,
    onUsage: (owner: Owner, usages: readonly Usage[], choicesPerPrompt: number) => void = () => {},
  ) {
    this.#engine = engine
    this.#onUsage = onUsage
  }

  /** Starts one. Why it fails, if it does, is on its log and in its `result()`. @throws AppError 503 after `close`. */
  start(options: StartGeneration): Generation {
    const generation = this.create(options)
    generation.start()
    return generation
  }

  /** Makes one that is not known, and asks nothing of the engine, before its `start()`. @throws AppError 503 after `close`. */
  create({ requests, owner, encoder, abandon }: StartGeneration): Generation {
    if (this.#closed) throw serverStopped()
    const id = randomBytes(12).toString('hex')
    const generation: Generation = new Generation({
      id,
      requests,
      owner,
      encoder,
      abandonMs: abandon.afterMs,
      engine: this.#engine,
      onStart: () => {
        if (this.#closed) throw serverStopped()
        this.#known.set(id, generation)
        this.#changed()
      },
      onEnd: (usages) => {
        this.#onUsage(owner, usages, generation.choicesPerPrompt)
        this.#ended(id)
      },
    })
    return generation
  }

  /** One that runs, or has ended within five minutes. */
  get(id: string): Generation | undefined {
    return this.#known.get(id)
  }

  /** Those that run. */
  active(): readonly Generation[] {
    return [...this.#known.values()].filter(({ state }) => state.kind === 'running')
  }

  /** Bytes of the logs of all that can be read. */
  get logBytes(): number {
    let bytes = 0
    for (const { log } of this.#known.values()) bytes += log.bytes
    return bytes
  }

  /** Calls `listener` when one starts or ends. @returns unsubscribe */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Ends all, which their readers are told, and starts no more. Resolves when none runs. */
  async close(): Promise<void> {
    this.#closed = true
    const running = this.active()
    for (const generation of running) generation.interrupt(serverStopped())
    await Promise.allSettled(running.map((generation) => generation.result()))
    for (const timer of this.#expiries) clearTimeout(timer)
    this.#known.clear()
  }

  #ended(id: string): void {
    const timer = setTimeout(() => {
      this.#expiries.delete(timer)
      this.#known.delete(id)
    }, KEEP_MS)
    timer.unref()
    this.#expiries.add(timer)
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
