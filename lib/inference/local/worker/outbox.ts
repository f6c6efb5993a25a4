import type { OutputItem } from '../protocol'

/** Milliseconds to wait for what else the same tick brings. */
const GATHER_MS = 2
/** Milliseconds between messages at full speed: fast models fill one message with many tokens. */
const SPACING_MS = 8

type Clock = { now(): number; later(run: () => void, ms: number): void }

/** Gathers what is ready at about the same time, so that it crosses to the server in one message. */
export class Outbox {
  private items: OutputItem[] = []
  private scheduled = false
  private lastSent = Number.NEGATIVE_INFINITY

  constructor(
    private readonly send: (items: readonly OutputItem[]) => void,
    private readonly clock: Clock,
  ) {}

  push(item: OutputItem): void {
    this.items.push(item)
    if (this.scheduled) return
    this.scheduled = true
    const wait = Math.max(GATHER_MS, this.lastSent + SPACING_MS - this.clock.now())
    this.clock.later(() => this.flush(), wait)
  }

  private flush(): void {
    const { items } = this
    this.items = []
    this.scheduled = false
    this.lastSent = this.clock.now()
    this.send(items)
  }
}
