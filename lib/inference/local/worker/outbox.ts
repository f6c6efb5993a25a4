import type { OutputItem } from '../protocol'

/** Milliseconds to wait for what else the same tick brings. */
const GATHER_MS = 2
/**
 * Milliseconds between messages at full speed, for each stream that runs: every message becomes a chunk for each of them,
 * and chunks cost more than what is in them. Nobody reads more than some thirty a second.
 */
const SPACING_PER_STREAM_MS = 2
const SHORTEST_SPACING_MS = 8
const LONGEST_SPACING_MS = 32

type Clock = { now(): number; later(run: () => void, ms: number): void }

/** Gathers what is ready at about the same time, so that it crosses to the server in one message. */
export class Outbox {
  private items: OutputItem[] = []
  private scheduled = false
  private lastSent = Number.NEGATIVE_INFINITY

  /** @param streams how many streams run now */
  constructor(
    private readonly send: (items: readonly OutputItem[]) => void,
    private readonly streams: () => number,
    private readonly clock: Clock,
  ) {}

  push(item: OutputItem): void {
    this.items.push(item)
    if (this.scheduled) return
    this.scheduled = true
    const wait = Math.max(GATHER_MS, this.lastSent + this.spacing() - this.clock.now())
    this.clock.later(() => this.flush(), wait)
  }

  private spacing(): number {
    const wanted = this.streams() * SPACING_PER_STREAM_MS
    return Math.min(LONGEST_SPACING_MS, Math.max(SHORTEST_SPACING_MS, wanted))
  }

  private flush(): void {
    const { items } = this
    this.items = []
    this.scheduled = false
    this.lastSent = this.clock.now()
    this.send(items)
  }
}
