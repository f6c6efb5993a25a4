import type { RateLimiter } from '../jobs/rate-limiter'
import type { Blocks } from './blocks'
import type { Body } from './body'
import { transient } from './faults'
import { Filling } from './filling'
import type { Segment } from './range-plan'

/** Where received bytes go. Resolves once they are on record. */
export type Write = (bytes: Buffer, position: number) => Promise<void>

export type ReceiveOptions = {
  body: Body
  segment: Segment
  /** Where in the file the body ends; null when nobody said. */
  bodyEnd: number | null
  /** Bytes at the start of the body that are there already. */
  skip: number
  write: Write
  blocks: Blocks
  limiter: RateLimiter
  /** Milliseconds without a byte after which the connection is given up. */
  stallMs: number
  signal: AbortSignal
}

/** Writes of one connection that may be under way. With the block that is being filled, they are what a crash takes back. */
const MAX_WRITES = 2
/** On a slow line a block is written before it is full, so that people see the bytes come. */
const BLOCK_MS = 200

/**
 * Reads a body into a segment. It ends when the segment is full, which comes sooner when another
 * connection took its end over. Reading stops while the disk or the rate limit is behind.
 * Returns whether the segment was filled; false when the body ended in good order before that.
 * @throws TransferFault for a cut or stalled connection, after what had arrived was written.
 */
export function receive(options: ReceiveOptions): Promise<boolean> {
  return new Receiver(options).run()
}

class Receiver {
  readonly #o: ReceiveOptions
  readonly #filling: Filling
  #skip: number
  /** When the first of the bytes came that are waiting to be written. */
  #since = 0
  #writes = new Set<Promise<void>>()
  #holds = 0
  #lastByteAt = performance.now()
  #failure: { error: unknown } | null = null

  constructor(options: ReceiveOptions) {
    this.#o = options
    this.#filling = new Filling(options.blocks)
    this.#skip = options.skip
  }

  get #filled(): boolean {
    return this.#o.segment.at >= this.#o.segment.end
  }

  async run(): Promise<boolean> {
    const watch = setInterval(() => this.#watch(), Math.min(1000, this.#o.stallMs))
    try {
      await this.#flow()
    } catch (error) {
      if (!this.#filled) this.#failure ??= { error }
    }
    clearInterval(watch)
    // Before its memory is given back, nothing may be read into it any more.
    if (!this.#o.body.complete) this.#o.body.destroy()
    // What has arrived is kept, however the connection ended.
    this.#flush()
    this.#filling.drop()
    await Promise.all(this.#writes)
    if (this.#failure) throw this.#failure.error
    return this.#filled
  }

  #flow(): Promise<void> {
    const { body, segment, signal, bodyEnd, limiter } = this.#o
    const room = () => this.#filling.room().subarray(0, limiter.grain)
    body.readInto?.(() => (this.#filled || this.#failure ? null : room()))
    return new Promise((resolve, reject) => {
      body.on('data', (chunk: Buffer) => {
        this.#take(chunk)
        // A body that goes on is cut; one that ends here leaves its connection for the next range.
        if (this.#filled && bodyEnd !== segment.end) resolve()
      })
      body.on('end', resolve)
      body.on('error', (cause) =>
        reject(signal.aborted ? signal.reason : transient('The connection was cut.', cause)),
      )
      body.on('close', () => reject(transient('The connection was closed.')))
    })
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#o.body.destroy()
  }

  #take(chunk: Buffer): void {
    this.#lastByteAt = performance.now()
    const fresh = chunk.subarray(Math.min(this.#skip, chunk.length))
    this.#skip -= chunk.length - fresh.length
    const { segment, limiter, signal } = this.#o
    const wanted = fresh.subarray(0, Math.max(0, segment.end - segment.at))
    this.#collect(wanted)
    if (this.#filled || this.#lastByteAt - this.#since > BLOCK_MS) this.#flush()
    const allowed = limiter.take(chunk.length, signal)
    if (allowed) this.#holdUntil(allowed)
  }

  #collect(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#filling.waiting === 0) this.#since = this.#lastByteAt
      const added = this.#filling.add(bytes.subarray(at))
      at += added
      this.#o.segment.at += added
      if (this.#filling.full) this.#flush()
    }
  }

  #flush(): void {
    const cut = this.#filling.cut()
    if (!cut) return
    const { segment, write } = this.#o
    const tracked = write(cut.bytes, segment.at - cut.bytes.length)
      .catch((error) => this.#fail(error))
      .finally(() => {
        this.#writes.delete(tracked)
        cut.release()
      })
    this.#writes.add(tracked)
    if (this.#writes.size >= MAX_WRITES) this.#holdUntil(tracked)
  }

  #holdUntil(released: Promise<void>): void {
    this.#holds += 1
    this.#o.body.pause()
    void released.finally(() => {
      this.#holds -= 1
      this.#lastByteAt = performance.now()
      if (this.#holds === 0) this.#o.body.resume()
    })
  }

  #watch(): void {
    if (performance.now() - this.#since > BLOCK_MS) this.#flush()
    if (this.#holds > 0 || performance.now() - this.#lastByteAt < this.#o.stallMs) return
    const seconds = Math.round(this.#o.stallMs / 1000)
    this.#fail(transient(`No byte came for ${seconds} seconds.`))
  }
}
