import { createHash } from 'node:crypto'

/** The bytes of a file that the hub serves, made when they are read. */
export type Content = {
  /** Bytes. */
  readonly size: number
  /** Lower-case hex. */
  readonly sha256: string
  read(offset: number, length: number): Buffer
}

// A prime, so that bytes written one power of two too early or too late never match.
const BLOCK = 1_048_573
const SLICE = 1 << 20

/** Pseudo-random bytes of any size behind `head`, the same for the same seed. They cost no memory and no work to serve. */
export function madeContent(head: Buffer, size: number, seed: string): Content {
  const block = randomBlock(seed)
  const twice = Buffer.concat([block, block])
  const read = (offset: number, length: number): Buffer => {
    const end = Math.min(offset + length, size)
    if (offset < head.length) return Buffer.from(head.subarray(offset, Math.min(end, head.length)))
    const start = offset % BLOCK
    return twice.subarray(start, start + Math.min(end - offset, BLOCK))
  }
  return { size, read, sha256: hashOf(size, read) }
}

/** The bytes as they are given. */
export function fixedContent(bytes: Buffer): Content {
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    read: (offset, length) => bytes.subarray(offset, offset + length),
  }
}

/** The first `size` bytes of another file. */
export function truncatedContent(content: Content, size: number): Content {
  const read = (offset: number, length: number) =>
    content.read(offset, Math.min(length, size - offset))
  return { size, read, sha256: hashOf(size, read) }
}

function hashOf(size: number, read: Content['read']): string {
  const hash = createHash('sha256')
  for (let offset = 0; offset < size; ) {
    const bytes = read(offset, Math.min(SLICE, size - offset))
    hash.update(bytes)
    offset += bytes.length
  }
  return hash.digest('hex')
}

function randomBlock(seed: string): Buffer {
  const block = Buffer.alloc(BLOCK)
  for (let offset = 0, i = 0; offset < BLOCK; i++)
    offset += createHash('sha512').update(`${seed}:${i}`).digest().copy(block, offset)
  return block
}
