import { encodeEvent, encodeFrame } from './frames'
import type { SseObserver } from './options'
import type { Reader } from './reader'
import type { CloseReason, Counters } from './stats'
import type { Pulsed, Timers } from './timers'
import type { Step } from './types'
import { Signal } from './wake-coalescer'

const COMMENT = encodeFrame({ comment: 'keep-alive' })
const BLOCKED_MS = 1000
const PING = encodeEvent({ event: 'ping', data: '{}' })

export type SubscriptionOptions = {
  reader: Reader
  timers: Timers
  counters: Counters
  observer: SseObserver | undefined
  /** The first bytes of the stream. */
  opening: Uint8Array
  /** Milliseconds of silence after which a comment is sent. */
  heartbeatMs: number
  /** Milliseconds between `ping` events; undefined sends none. */
  pingMs: number | undefined
  /** Milliseconds after which the stream ends, so that its client comes back with its cursor. */
  lifetimeMs: number
  /** Milliseconds that a chunk may stay untaken. */
  stallMs: number
  /** Called once, as soon as it is closed, whether or not anybody still pulls. */
  onClose(reason: CloseReason): void
}

/**
 * One reader's stream. `chunks` is pulled: it makes a chunk only when the one before has been taken, so a slow
 * reader costs a cursor and one chunk. Closing never waits for the puller.
 */
export class Subscription implements Pulsed {
  readonly #options: SubscriptionOptions
  readonly #more = new Signal()
  readonly #expiresAt: number
  #abandon: (() => void) | undefined
  /** When the chunk in flight was handed over; undefined while the reader waits for one. */
  #handedAt: number | undefined
  #sentAt: number
  #pingAt: number
  #commentDue = false
  #pingDue = false
  #draining: CloseReason | undefined
  #drained = false
  /** Whether the last chunk held all that there was. */
  #caughtUp = false
  #closed = false

  constructor(options: SubscriptionOptions) {
    this.#options = options
    const now = options.timers.now()
    // A reader that never comes for its first chunk is stalled, too.
    this.#handedAt = now
    this.#sentAt = now
    this.#pingAt = now
    this.#expiresAt = now + options.lifetimeMs
  }

  get lag(): number {
    return this.#options.reader.lag
  }

  /** Whether its reader has not taken its chunk for a while. */
  get blocked(): boolean {
    const since = this.#handedAt ?? Number.POSITIVE_INFINITY
    return this.#options.timers.now() - since >= BLOCKED_MS
  }

  /** The stream's chunks, each at most 64 KiB unless one event alone is larger. */
  async *chunks(): AsyncGenerator<Uint8Array, void, void> {
    const { timers, counters, opening } = this.#options
    try {
      let chunk: Uint8Array | undefined = opening
      while (chunk && !this.#closed) {
        this.#sentAt = timers.now()
        this.#handedAt = this.#sentAt
        counters.chunks += 1
        counters.bytes += chunk.byteLength
        this.#commentDue = false
        yield chunk
        this.#handedAt = undefined
        chunk = await this.#nextChunk()
      }
    } catch (error) {
      this.close('error')
      throw error
    } finally {
      this.close('client')
    }
  }

  /** Tells it that its log has more. */
  wake(): void {
    this.#more.set()
  }

  tick(now: number): void {
    const { heartbeatMs, pingMs, stallMs } = this.#options
    if (this.#handedAt !== undefined && now - this.#handedAt >= stallMs) {
      this.close('stalled')
      return
    }
    if (now >= this.#expiresAt) this.drain('expired')
    if (pingMs !== undefined && now - this.#pingAt >= pingMs) {
      this.#pingDue = true
      this.#pingAt = now
    }
    this.#commentDue = now - this.#sentAt >= heartbeatMs
    if (this.#pingDue || this.#commentDue) this.#more.set()
  }

  /** Ends the stream after one more chunk of what is ready. */
  drain(reason: CloseReason): void {
    this.#draining ??= reason
    this.#more.set()
  }

  /** Ends the stream now. Only the first call counts. */
  close(reason: CloseReason): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.onClose(reason)
    this.#abandon?.()
    this.#more.set()
  }

  async #nextChunk(): Promise<Uint8Array | undefined> {
    // What came since then is for the next wake-up of all readers, with all that comes until then.
    if (this.#caughtUp) await this.#more.wait()
    this.#caughtUp = false
    while (!this.#closed) {
      if (this.#drained) return this.#finish(this.#draining ?? 'ended')
      if (this.#pingDue) {
        this.#pingDue = false
        return PING
      }
      const draining = this.#draining
      const step = await this.#unlessClosed(this.#options.reader.next())
      switch (step?.kind) {
        case undefined:
          return undefined
        case 'over':
          return this.#finish('ended')
        case 'batch':
          this.#drained = draining !== undefined
          this.#caughtUp = this.#options.reader.isAtHead
          this.#note(step)
          return step.bytes
        case 'idle':
          if (draining) return this.#finish(draining)
          if (this.#commentDue) return this.#options.reader.takeSkipped() ?? COMMENT
          await this.#more.wait()
      }
    }
    return undefined
  }

  #note({ reset, replayed = 0, publishedAt }: Extract<Step, { kind: 'batch' }>): void {
    const { counters, observer } = this.#options
    if (reset) counters.resets[reset] += 1
    counters.replayed += replayed
    if (publishedAt !== undefined) observer?.delivered(publishedAt)
  }

  #finish(reason: CloseReason): undefined {
    this.close(reason)
  }

  /** A source may wait for something of its own; closing must not wait for it. */
  #unlessClosed(work: Promise<Step>): Promise<Step | undefined> {
    return new Promise((resolve, reject) => {
      this.#abandon = () => resolve(undefined)
      work.then(resolve, reject)
    })
  }
}
