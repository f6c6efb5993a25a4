import type { ModelRunner } from './model-runner'

type Options = {
  /** Idle milliseconds after which a model is unloaded when a request says nothing; negative is never. */
  keepAliveMs: number
  /** Ms since 1970. */
  now: () => number
  /** Runs something later; returns how to call it off. */
  later: (run: () => void, ms: number) => () => void
  /** Is told of an unload that failed. */
  report: (error: unknown) => void
  /** Called when a time to unload was set or called off. */
  changed: () => void
}

/** Unloads models that nobody has used for a while. */
export class KeepAlive {
  private readonly expiries = new Map<ModelRunner, () => void>()

  constructor(private readonly options: Options) {}

  /** Somebody begins to use a runner: it must not expire now. */
  begin(runner: ModelRunner): void {
    runner.users++
    runner.lastUsed = this.options.now()
    this.callOff(runner)
  }

  /** Somebody has used a runner. After the last one, the idle time begins. */
  end(runner: ModelRunner, keepAliveMs: number | undefined): void {
    runner.users--
    if (!runner.idle) return
    runner.lastUsed = this.options.now()
    const wait = keepAliveMs ?? this.options.keepAliveMs
    if (wait >= 0 && !runner.pinned) this.expire(runner, wait)
    this.options.changed()
  }

  /** Forgets when a runner was to be unloaded. */
  callOff(runner: ModelRunner): void {
    this.expiries.get(runner)?.()
    this.expiries.delete(runner)
    runner.expiresAt = null
  }

  private expire(runner: ModelRunner, wait: number): void {
    const { now, later, report } = this.options
    this.callOff(runner)
    runner.expiresAt = now() + wait
    const callOff = later(() => {
      if (runner.idle) runner.unload().catch(report)
    }, wait)
    this.expiries.set(runner, callOff)
  }
}
