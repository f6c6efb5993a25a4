import { expect, test } from 'vitest'
import { BufferPool, SharedSlices } from '@/lib/downloads/hash/buffer-pool'

test('a buffer is used again only when nobody retains it, the hash neither', () => {
  const pool = new BufferPool()
  const buffer = pool.acquire()
  const start = buffer.bytes.byteOffset
  const next = () => {
    const other = pool.acquire()
    other.release()
    return other.bytes.byteOffset
  }
  buffer.retain()
  buffer.release()
  expect(next()).not.toBe(start)
  const slice = pool.retainForHash(buffer.bytes)
  buffer.release()
  expect(next()).not.toBe(start)
  if (slice) new SharedSlices(pool.shared).release(slice)
  expect(next()).toBe(start)
})

test('only so many wait for the hash, and only what is shared', () => {
  const pool = new BufferPool()
  const acquired = Array.from({ length: 40 }, () => pool.acquire())
  const shared = acquired.filter(({ bytes }) => pool.retainForHash(bytes)).length
  expect(shared).toBeGreaterThan(2)
  expect(shared).toBeLessThan(10)
  expect(pool.retainForHash(Buffer.alloc(10))).toBeNull()
  // More than are shared were acquired, and still no two are the same memory.
  const places = acquired.map(({ bytes }) =>
    bytes.buffer === pool.shared.bytes ? bytes.byteOffset : bytes.buffer,
  )
  expect(new Set(places).size).toBe(acquired.length)
})

test('memory beyond what is shared is used again, and not kept without end', () => {
  const pool = new BufferPool()
  const shared = Array.from({ length: 16 }, () => pool.acquire())
  const extra = Array.from({ length: 30 }, () => pool.acquire())
  for (const buffer of extra) buffer.release()
  const before = new Set(extra.map(({ bytes }) => bytes.buffer))
  const again = Array.from({ length: 30 }, () => pool.acquire())
  const reused = again.filter(({ bytes }) => before.has(bytes.buffer)).length
  expect(reused).toBe(16)
  expect(shared).toHaveLength(16)
})
