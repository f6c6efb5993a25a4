import type { ModelRunner } from './model-runner'

/** What a timer can wait at most; it would take more for nothing. Milliseconds. */
const LONGEST_WAIT = 2 ** 31 - 1

/** What it needs of a runner. */
type Kept = Pick<
  ModelRunner,
  'users' | 'lastUsed' | 'expiresAt' | 'pinned' | 'idle' | 'unloadIdle' | 'settled'
>

type Options = {
  /** Idle milliseconds after which a model is unloaded when a request says nothing; negative is never. */
  keepAliveMs: number
  /** Ms since 1970. */
  now: () => number
  /** Runs something later. @returns cancel */
  later: (run: () => void, ms: number) => () => void
  /** Is told of an unload that failed. */
  report: (error: unknown) => void
  /** Called when a time to unload was set or called off. */
  changed: () => void
}

/** Unloads models that nobody has used for a while. */
export class KeepAlive {
  readonly #expiries = new Map<Kept, () => void>()
  /** Those that were given up while they were loading, each with the use that was the last. */
  readonly #givenUp = new Map<Kept, symbol>()
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Somebody begins to use a runner: it must not expire now. */
  begin(runner: Kept): void {
    runner.users++
    runner.lastUsed = this.#options.now()
    this.#givenUp.delete(runner)
    this.cancel(runner)
  }

  /** Somebody has used a runner. After the last one, the idle time begins, but not before it is loaded. */
  end(runner: Kept, keepAliveMs: number | undefined): void {
    runner.users--
    if (runner.idle) this.#rest(runner, keepAliveMs)
    else if (runner.users === 0) this.#restLater(runner, keepAliveMs)
  }

  #restLater(runner: Kept, keepAliveMs: number | undefined): void {
    const use = Symbol()
    this.#givenUp.set(runner, use)
    void runner.settled().then(() => {
      if (this.#givenUp.get(runner) !== use) return
      this.#givenUp.delete(runner)
      if (runner.idle) this.#rest(runner, keepAliveMs)
    })
  }

  #rest(runner: Kept, keepAliveMs: number | undefined): void {
    runner.lastUsed = this.#options.now()
    const wait = keepAliveMs ?? this.#options.keepAliveMs
    if (wait >= 0 && !runner.pinned) this.#expire(runner, wait)
    this.#options.changed()
  }

  /** Forgets when a runner was to be unloaded. */
  cancel(runner: Kept): void {
    this.#expiries.get(runner)?.()
    this.#expiries.delete(runner)
    runner.expiresAt = null
  }

  #expire(runner: Kept, wait: number): void {
    this.cancel(runner)
    runner.expiresAt = this.#options.now() + wait
    this.#await(runner, wait)
  }

  #await(runner: Kept, wait: number): void {
    const { later, report } = this.#options
    const now = Math.min(wait, LONGEST_WAIT)
    const cancel = later(() => {
      if (wait > now) this.#await(runner, wait - now)
      else runner.unloadIdle().catch(report)
    }, now)
    this.#expiries.set(runner, cancel)
  }
}
