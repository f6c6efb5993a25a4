import { beforeEach, expect, test } from 'vitest'
import { ConnectionCount } from '@/lib/downloads/transfer/connection-count'

const MIB = 1024 * 1024
let count: ConnectionCount
beforeEach(() => {
  count = new ConnectionCount(4)
})

test('one connection is enough until a piece is late', () => {
  count.grow(64 * MIB, 10)
  expect(count.now).toBe(1)
  expect(count.lateAfterMs(256 * MIB)).toBeGreaterThan(1000)
  expect(count.widen()).toBe(true)
  expect(count.widen()).toBe(false)
  expect(count.now).toBe(4)
})

test('a server that asks for less gets half, and one more with each piece', () => {
  count.widen()
  count.shrink()
  expect(count.now).toBe(2)
  count.grow(32 * MIB, 10_000)
  expect(count.now).toBe(3)
  for (let time = 0; time < 5; time++) count.shrink()
  expect(count.now).toBe(1)
})

test('a line that turns out to be fast gets one again, but only once', () => {
  count.widen()
  count.grow(MIB, 0.1)
  expect(count.now).toBe(4)
  count.grow(32 * MIB, 100)
  expect(count.now).toBe(1)
  expect(count.widen()).toBe(true)
  count.grow(32 * MIB, 100)
  expect(count.now).toBe(4)
})
