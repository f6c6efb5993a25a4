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
  // What has arrived is kept, however the connection ended.
  await writer.end()
  if (received) return received
  signal.throwIfAborted()
  if (segment.at >= segment.end) return 'filled'
  if (errorCode(failure) === 'UND_ERR_BODY_TIMEOUT')
    throw transient(`No byte came for ${Math.round(stallMs / 1000)} seconds.`, failure)
  throw transient('The connection was cut.', failure)
}

async function read(options: ReceiveOptions, writer: BlockWriter): Promise<Received> {
  const { body, segment, bodyEnd, limiter, signal } = options
  let { skip } = options
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (const bytes of pieces(chunk, limiter.grain)) {
      const allowed = limiter.take(bytes.length, signal)
      const fresh = bytes.subarray(Math.min(skip, bytes.length))
      skip -= bytes.length - fresh.length
      if (fresh.length > 0 && segment.at >= segment.end) return 'overlong'
      const wanted = fresh.subarray(0, segment.end - segment.at)
      const position = segment.at
      segment.at += wanted.length
      await writer.add(wanted, position)
      // A body that goes on is cut; one that ends here leaves its connection for the next range.
      if (segment.at >= segment.end && bodyEnd !== segment.end) return 'filled'
      if (wanted.length < fresh.length) return 'overlong'
      if (allowed) await allowed
    }
  }
  return segment.at >= segment.end ? 'filled' : 'short'
}

/** Who takes much at once from a slow line stands still for long. */
function* pieces(chunk: Buffer, most: number): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += most) yield chunk.subarray(at, at + most)
}
