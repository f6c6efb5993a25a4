import type { Readable } from 'node:stream'
import { errorCode } from '@/lib/platform/errors'
import type { BufferPool } from '../hash/buffer-pool'
import { BlockWriter, type Write } from './block-writer'
import { transient } from './faults'
import type { Segment } from './range-plan'
import type { RateLimiter } from './rate-limiter'

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
