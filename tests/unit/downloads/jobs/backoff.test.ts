import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Backoff, parseRetryAfter } from '@/lib/downloads/jobs/backoff'

test('waits anything up to a bound that doubles and is capped', () => {
  const longest = new Backoff({ baseMs: 100, capMs: 1000, random: () => 1 })
  expect([1, 2, 3, 4, 5].map(() => longest.next())).toEqual([100, 200, 400, 800, 1000])
  longest.reset()
  expect(longest.next()).toBe(100)
  const shortest = new Backoff({ baseMs: 100, capMs: 1000, random: () => 0 })
  expect(shortest.next()).toBe(0)
})

test('reads Retry-After as seconds and as a date', () => {
  const now = Date.parse('2026-11-24T07:00:00Z')
  expect(parseRetryAfter('30', now)).toBe(30_000)
  expect(parseRetryAfter('Tue, 24 Nov 2026 07:00:05 GMT', now)).toBe(5000)
  expect(parseRetryAfter('Tue, 24 Nov 2026 06:00:00 GMT', now)).toBe(0)
  expect(parseRetryAfter('999999999', now)).toBe(3_600_000)
  expect(parseRetryAfter('soon', now)).toBeNull()
  expect(parseRetryAfter(undefined, now)).toBeNull()
})

test('never gives a wait that makes no sense', () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const ms = parseRetryAfter(header, Date.now())
      expect(ms === null || (ms >= 0 && ms <= 3_600_000)).toBe(true)
    }),
  )
})
