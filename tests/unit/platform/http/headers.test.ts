import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  parseContentLength,
  parseContentRange,
  parseRetryAfter,
  parseUnsatisfiedRange,
  plainTag,
} from '@/lib/platform/http/headers'

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

test.each([
  ['bytes 0-9/100', { start: 0, end: 10, size: 100 }],
  ['Bytes 5-5/*', { start: 5, end: 6, size: null }],
  ['bytes 9-0/100', null],
  ['bytes 0-100/100', null],
  ['bytes 0-9/100, bytes 0-9/100', null],
  ['bytes */100', null],
  ['items 0-9/100', null],
  [undefined, null],
])('Content-Range %j is %j', (header, range) => {
  expect(parseContentRange(header)).toEqual(range)
})

test('reads the other headers, or nothing where they make no sense', () => {
  expect(parseUnsatisfiedRange('bytes */1234')).toBe(1234)
  expect(parseUnsatisfiedRange('bytes 0-9/1234')).toBeNull()
  expect(parseContentLength('12')).toBe(12)
  expect(parseContentLength('12, 12')).toBeNull()
  expect(plainTag('W/"a b"')).toBe('a b')
})
