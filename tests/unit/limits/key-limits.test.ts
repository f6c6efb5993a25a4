import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyLimits } from '@/lib/limits/key-limits'

const NOON = Date.UTC(2026, 10, 24, 12)

function limits(used = 0) {
  let now = NOON
  const keys = new KeyLimits({ of: async () => used }, () => now)
  return { keys, pass: (ms: number) => (now += ms) }
}

const key = (requestsPerMinute: number | null, tokensPerDay: number | null = null) => ({
  id: 'k',
  quota: { requestsPerMinute, tokensPerDay },
})

test('a key without limits gets no headers and no refusal', async () => {
  expect(await limits().keys.take(key(null), true)).toEqual({ headers: {}, refusal: null })
})

test('within any minute no more pass than may, however they are spread', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.nat(20_000), { maxLength: 100 }),
      async (limit, pauses) => {
        const { keys, pass } = limits()
        let inWindow = 0
        let windowEnds = 0
        let at = 0
        for (const pause of pauses) {
          if (at >= windowEnds) {
            inWindow = 0
            windowEnds = at + 60_000
          }
          const { refusal } = await keys.take(key(limit), false)
          expect(refusal === null).toBe(inWindow < limit)
          if (!refusal) inWindow += 1
          pass(pause)
          at += pause
        }
      },
    ),
  )
})

test('a refused request says when the next one is possible', async () => {
  const { keys, pass } = limits()
  await keys.take(key(1), false)
  pass(15_500)
  const { refusal, headers } = await keys.take(key(1), false)
  expect(refusal).toMatchObject({ status: 429, code: 'key_requests_exceeded', retryAfter: 45 })
  expect(headers).toMatchObject({ 'RateLimit-Remaining': '0', 'RateLimit-Reset': '45' })
  pass(44_500)
  expect((await keys.take(key(1), false)).refusal).toBeNull()
})

test('tokens of the day stop what generates until midnight in UTC, and nothing else', async () => {
  const { keys } = limits(100)
  const refused = await keys.take(key(null, 100), true)
  expect(refused.refusal).toMatchObject({ code: 'key_tokens_exceeded', retryAfter: 12 * 3600 })
  expect(refused.headers).toMatchObject({ 'RateLimit-Remaining-Tokens': '0' })
  expect((await keys.take(key(null, 100), false)).refusal).toBeNull()
  const left = await limits(40).keys.take(key(null, 100), true)
  expect(left).toMatchObject({ refusal: null, headers: { 'RateLimit-Remaining-Tokens': '60' } })
})
