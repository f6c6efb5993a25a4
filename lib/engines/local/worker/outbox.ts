import type { OutputItem } from '../protocol'

/** Milliseconds to wait for what else the same tick brings. */
const GATHER_MS = 2
/**
 * Milliseconds between messages at full speed, for each stream that runs: every message becomes a chunk for each of them,
 * and chunks cost more than what is in them. Nobody reads more than some twenty a second.
 */
const SPACING_PER_STREAM_MS = 3
const SHORTEST_SPACING_MS = 8
const LONGEST_SPACING_MS = 48

type Clock = {
  now(): number
  /** Runs something later. @returns cancel */
  later(run: () => void, ms: number): () => void
}

/** Gathers what is ready at about the same time, so that it crosses to the server in one message. */
export class Outbox {
  #items: OutputItem[] = []
  #due: { at: number; cancel: () => void } | undefined
  #textSentAt = Number.NEGATIVE_INFINITY
  readonly #send: (items: readonly OutputItem[]) => void
  readonly #streams: () => number
  readonly #clock: Clock

  /** @param streams how many streams run now */
  constructor(send: (items: readonly OutputItem[]) => void, streams: () => number, clock: Clock) {
    this.#send = send
    this.#streams = streams
    this.#clock = clock
  }

  push(item: OutputItem): void {
    this.#items.push(item)
    const now = this.#clock.now()
    // Beginnings and ends are few, and somebody waits for each.
    if (!isPartOfAnswer(item)) this.#flushAt(now, now)
    else this.#flushAt(Math.max(now + GATHER_MS, this.#textSentAt + this.#spacing()), now)
  }

  #flushAt(at: number, now: number): void {
    if (this.#due && this.#due.at <= at) return
    this.#due?.cancel()
    this.#due = { at, cancel: this.#clock.later(() => this.#flush(), at - now) }
  }

  #spacing(): number {
    const wanted = this.#streams() * SPACING_PER_STREAM_MS
    return Math.min(LONGEST_SPACING_MS, Math.max(SHORTEST_SPACING_MS, wanted))
  }

  #flush(): void {
    const items = this.#items
    this.#items = []
    this.#due = undefined
    if (items.some(isPartOfAnswer)) this.#textSentAt = this.#clock.now()
    this.#send(items)
  }
}

const isPartOfAnswer = ({ kind }: OutputItem): boolean =>
  kind === 'text' || kind === 'reasoning' || kind === 'tool'
