import type { Readable } from 'node:stream'
import { errorCode } from '@/lib/platform/errors'
import { BUFFER_BYTES, type BufferPool, type PooledBuffer } from '../hash/buffer-pool'
import { transient } from './faults'
import type { Segment } from './range-plan'
import type { RateLimiter } from './rate-limiter'

/** Where received bytes go. Resolves once they are on record. */
export type Write = (bytes: Buffer, position: number) => Promise<void>

/** Writes of one connection that may be under way. With the buffer that is being filled, they are what a crash takes back. */
const MAX_WRITES = 2
/** On a slow line a buffer is written before it is full, so that people see the bytes come. */
const FLUSH_MS = 200

/**
 * Collects what one connection brings, and writes it in large pieces: when a buffer is full, or after a while. A buffer
 * of which a part was written stays until it is full.
 */
export class BlockWriter {
  readonly #pool: BufferPool
  readonly #write: Write
  readonly #onFailure: (error: unknown) => void
  readonly #writes = new Set<Promise<void>>()
  #failure: { error: unknown } | null = null
  #buffer: PooledBuffer | null = null
  /** The part of the buffer that waits to be written. */
  #from = 0
  #to = 0
  /** Where in the file that part ends. */
  #end = 0
  #timer: NodeJS.Timeout | null = null

  /** @param onFailure is told at once when a write fails; `end` throws it later. */
  constructor(pool: BufferPool, write: Write, onFailure: (error: unknown) => void) {
    this.#pool = pool
    this.#write = write
    this.#onFailure = onFailure
  }

  /**
   * Takes bytes that follow those before. Null when more may come at once; otherwise resolves when they may: the disk
   * is behind.
   */
  add(bytes: Buffer, position: number): Promise<void> | null {
    for (let at = 0; at < bytes.length; ) {
      this.#buffer ??= this.#pool.acquire()
      const copied = bytes.copy(this.#buffer.bytes, this.#to, at)
      at += copied
      this.#to += copied
      this.#end = position + at
      if (this.#to === BUFFER_BYTES) this.#flush()
      else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS)
    }
    return this.#writes.size < MAX_WRITES ? null : Promise.race(this.#writes)
  }

  /** Writes what is left, and resolves when nothing is under way. @throws the error of a write. */
  async end(): Promise<void> {
    this.#flush()
    this.#drop()
    await Promise.all(this.#writes)
    if (this.#failure) throw this.#failure.error
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const buffer = this.#buffer
    if (!buffer || this.#to === this.#from) return
    const bytes = buffer.bytes.subarray(this.#from, this.#to)
    this.#from = this.#to
    buffer.retain()
    if (this.#to === BUFFER_BYTES) this.#drop()
    const written = this.#write(bytes, this.#end - bytes.length)
      .catch((error: unknown) => {
        this.#failure ??= { error }
        this.#onFailure(error)
      })
      .finally(() => {
        this.#writes.delete(written)
        buffer.release()
      })
    this.#writes.add(written)
  }

  #drop(): void {
    this.#buffer?.release()
    this.#buffer = null
    this.#from = 0
    this.#to = 0
  }
}

export type ReceiveOptions = {
  body: Readable
  segment: Segment
  /** Where in the file the body ends; null when nobody said. */
  bodyEnd: number | null
  /** Bytes at the start of the body that are there already. */
  skip: number
  write: Write
  buffers: BufferPool
  limiter: RateLimiter
  /** Milliseconds without a byte after which the body fails. */
  stallMs: number
  signal: AbortSignal
}

/** How a body ended in good order: the segment is full, or bytes are missing, or there are more than the head said. */
export type Received = 'filled' | 'short' | 'overlong'

/**
 * Reads a body into a segment. It ends when the segment is full, which comes sooner when another
 * connection took its end over. Reading stops while the disk or the rate limit is behind.
 * @throws TransferFault for a cut or stalled connection, or the signal's reason, after what had arrived was written.
 */
export async function receive(options: ReceiveOptions): Promise<Received> {
  const { body, segment, signal, stallMs } = options
  const writer = new BlockWriter(options.buffers, options.write, () => body.destroy())
  let received: Received | null = null
  let failure: unknown
  try {
    received = await read(options, writer)
  } catch (error) {
    failure = error
  }
  if (!body.readableEnded) body.destroy()
  // What has arrived is kept, however the connection ended.
  await writer.end()
  if (received) return received
  signal.throwIfAborted()
  if (segment.at >= segment.end) return 'filled'
  if (errorCode(failure) === 'UND_ERR_BODY_TIMEOUT')
    throw transient(`No byte came for ${Math.round(stallMs / 1000)} seconds.`, failure)
  throw transient('The connection was cut.', failure)
}

/**
 * Listens for the body instead of iterating over it: an iterator puts what waits together in new memory, which was
 * measured to take a fifth more of the processor.
 */
function read(options: ReceiveOptions, writer: BlockWriter): Promise<Received> {
  const { body, segment, bodyEnd, limiter, signal } = options
  let { skip } = options
  return new Promise((resolve, reject) => {
    // While the head of the reply went on record the connection may have been cut, and it does not say so twice.
    if (body.destroyed) return reject(body.errored ?? new Error('The connection was closed.'))
    /** Takes one piece. Resolves when more may come, null is at once. */
    const takePiece = (bytes: Buffer): Promise<void> | null => {
      const allowed = limiter.take(bytes.length, signal)
      const fresh = bytes.subarray(Math.min(skip, bytes.length))
      skip -= bytes.length - fresh.length
      const position = segment.at
      const wanted = fresh.subarray(0, Math.max(0, segment.end - position))
      segment.at += wanted.length
      const written = writer.add(wanted, position)
      // A body that goes on is cut; one that ends here leaves its connection for the next range.
      if (segment.at >= segment.end && bodyEnd !== segment.end) resolve('filled')
      else if (wanted.length < fresh.length) resolve('overlong')
      return written && allowed ? written.then(() => allowed) : (written ?? allowed)
    }
    /** Who takes much at once from a slow line stands still for long. */
    const take = (chunk: Buffer, from: number): Promise<void> | null => {
      for (let at = from; at < chunk.length; ) {
        const bytes = chunk.subarray(at, at + limiter.grain)
        at += bytes.length
        const ready = takePiece(bytes)
        if (ready) return ready.then(() => take(chunk, at) ?? undefined)
      }
      return null
    }
    body.on('data', (chunk: Buffer) => {
      const ready = take(chunk, 0)
      if (!ready) return
      body.pause()
      ready.then(() => body.resume(), reject)
    })
    body.on('end', () => {
      if (skip > 0) reject(new Error('The reply is shorter than what is there already.'))
      else resolve(segment.at >= segment.end ? 'filled' : 'short')
    })
    body.on('error', reject)
    body.on('close', () => reject(new Error('The connection was closed.')))
  })
}
