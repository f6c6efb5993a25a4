import type { Timers } from './timers'

/** Something that wants to know that time has passed. */
export type Pulsed = { tick(now: number): void }

/** One timer for every subscriber, because ten thousand of them would cost more than the streams. None while nobody is there. */
export class Heartbeat {
  readonly #timers: Timers
  readonly #periodMs: number
  readonly #members = new Set<Pulsed>()
  #stop: (() => void) | undefined

  constructor(timers: Timers, periodMs: number) {
    this.#timers = timers
    this.#periodMs = periodMs
  }

  /** Ticks `member` every period; returns how to stop it. */
  add(member: Pulsed): () => void {
    this.#members.add(member)
    this.#stop ??= this.#timers.every(this.#periodMs, () => this.#tick())
    return () => this.#remove(member)
  }

  #remove(member: Pulsed): void {
    this.#members.delete(member)
    if (this.#members.size > 0) return
    this.#stop?.()
    this.#stop = undefined
  }

  #tick(): void {
    const now = this.#timers.now()
    for (const member of this.#members) member.tick(now)
  }
}
