import { expect, test, vi } from 'vitest'
import { BUFFER_BYTES, BufferPool } from '@/lib/downloads/hash/buffer-pool'
import { BlockWriter } from '@/lib/downloads/transfer/receive'
import { until } from '../../../support/until'

/** A disk that keeps each write waiting until it is told to go on. */
function slowDisk() {
  const written: { text: string; position: number }[] = []
  const waiting: (() => void)[] = []
  const write = (bytes: Buffer, position: number) => {
    written.push({ text: bytes.toString('latin1', 0, 2), position })
    return new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { written, write, waiting, go: () => waiting.shift()?.() }
}

test('stops taking bytes while two writes are under way', async () => {
  const disk = slowDisk()
  const writer = new BlockWriter(new BufferPool(), disk.write, () => undefined)
  expect(writer.add(Buffer.alloc(BUFFER_BYTES, 'a'), 0)).toBeNull()
  const more = vi.fn()
  const adding = writer.add(Buffer.alloc(BUFFER_BYTES, 'b'), BUFFER_BYTES)?.then(more)
  await new Promise(setImmediate)
  expect(more).not.toHaveBeenCalled()
  disk.go()
  await adding
  expect(more).toHaveBeenCalledOnce()
  expect(disk.written).toEqual([
    { text: 'aa', position: 0 },
    { text: 'bb', position: BUFFER_BYTES },
  ])
  disk.go()
  await writer.end()
})

test('writes what waits after a while, and the rest of its buffer behind it', async () => {
  const disk = slowDisk()
  const writer = new BlockWriter(new BufferPool(), disk.write, () => undefined)
  writer.add(Buffer.from('abc'), 100)
  await until(() => disk.written.length === 1)
  writer.add(Buffer.from('def'), 103)
  const ending = writer.end()
  await until(() => disk.waiting.length === 2)
  disk.go()
  disk.go()
  await ending
  expect(disk.written).toEqual([
    { text: 'ab', position: 100 },
    { text: 'de', position: 103 },
  ])
})

test('a buffer goes back when everything of it was written', async () => {
  const pool = new BufferPool()
  const disk = slowDisk()
  const writer = new BlockWriter(pool, disk.write, () => undefined)
  writer.add(Buffer.from('abc'), 0)
  const ending = writer.end()
  const other = pool.acquire()
  expect(other.bytes.byteOffset).not.toBe(0)
  disk.go()
  await ending
  expect(pool.acquire().bytes.byteOffset).toBe(0)
})

test('a write that fails is told at once, and thrown in the end', async () => {
  const failed = vi.fn()
  const error = new Error('no room')
  const writer = new BlockWriter(new BufferPool(), () => Promise.reject(error), failed)
  writer.add(Buffer.alloc(BUFFER_BYTES), 0)
  await until(() => failed.mock.calls.length === 1)
  await expect(writer.end()).rejects.toBe(error)
})
