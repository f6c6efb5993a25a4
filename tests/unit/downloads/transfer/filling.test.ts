import { expect, test } from 'vitest'
import { BLOCK_BYTES, Blocks } from '@/lib/downloads/transfer/blocks'
import { Filling } from '@/lib/downloads/transfer/filling'

test('a block that is cut early stays where it is until it is full', () => {
  const filling = new Filling(new Blocks())
  const room = filling.room()
  room.write('abc')
  expect(filling.add(room.subarray(0, 3))).toBe(3)
  expect(filling.cut()?.bytes.toString()).toBe('abc')
  expect(filling.cut()).toBeNull()
  expect(filling.room().byteOffset).toBe(room.byteOffset + 3)
  expect(filling.add(Buffer.alloc(2 * BLOCK_BYTES, 'd'))).toBe(BLOCK_BYTES - 3)
  expect(filling.full).toBe(true)
  expect(filling.cut()?.bytes.toString('latin1', 0, 2)).toBe('dd')
  expect(filling.room().byteOffset).not.toBe(room.byteOffset)
})

test('memory is used again only when nobody holds it, the hash neither', () => {
  const blocks = new Blocks()
  const block = blocks.take()
  const start = block.bytes.byteOffset
  const next = () => {
    const other = blocks.take()
    other.release()
    return other.bytes.byteOffset
  }
  block.hold()
  block.release()
  expect(next()).not.toBe(start)
  const piece = blocks.lend(block.bytes)
  block.release()
  expect(next()).not.toBe(start)
  Atomics.sub(new Int32Array(blocks.shared.lent), piece?.block ?? -1, 1)
  expect(next()).toBe(start)
})

test('only so much is lent, and only what is shared', () => {
  const blocks = new Blocks()
  const taken = Array.from({ length: 40 }, () => blocks.take())
  const lent = taken.filter(({ bytes }) => blocks.lend(bytes)).length
  expect(lent).toBeGreaterThan(2)
  expect(lent).toBeLessThan(10)
  expect(blocks.lend(Buffer.alloc(10))).toBeNull()
  // More than are shared were taken, and still no two are the same memory.
  const { memory } = blocks.shared
  const places = taken.map(({ bytes }) =>
    bytes.buffer === memory ? bytes.byteOffset : bytes.buffer,
  )
  expect(new Set(places).size).toBe(taken.length)
})
