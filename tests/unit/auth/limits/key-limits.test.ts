import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyLimits } from '@/lib/auth/limits/key-limits'

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
  expect(await limits().keys.take(key(null))).toEqual({ headers: {}, refusal: null })
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
          const { refusal } = await keys.take(key(limit))
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
  await keys.take(key(1))
  pass(15_500)
  const { refusal, headers } = await keys.take(key(1))
  expect(refusal).toMatchObject({ status: 429, code: 'key_requests_exceeded', retryAfter: 45 })
  expect(headers).toMatchObject({ 'RateLimit-Remaining': '0', 'RateLimit-Reset': '45' })
  pass(44_500)
  expect((await keys.take(key(1))).refusal).toBeNull()
})

test('tokens of the day stop what generates until midnight in UTC, and nothing else', async () => {
  const { keys } = limits(100)
  await expect(keys.reserve(key(null, 100))).rejects.toMatchObject({
    status: 429,
    code: 'key_tokens_exceeded',
    retryAfter: 12 * 3600,
  })
  const reading = await keys.take(key(null, 100))
  expect(reading).toMatchObject({ refusal: null, headers: { 'RateLimit-Remaining-Tokens': '0' } })
  const left = await limits(40).keys.take(key(null, 100))
  expect(left).toMatchObject({ refusal: null, headers: { 'RateLimit-Remaining-Tokens': '60' } })
})

test('of many answers that begin together, no more are made than what is left can pay for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(3000), fc.integer({ min: 1, max: 40 }), async (left, together) => {
      const { keys } = limits(5000 - left)
      const begin = () => keys.reserve(key(null, 5000))
      const tried = await Promise.allSettled(Array.from({ length: together }, begin))
      const begun = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(begun).toHaveLength(Math.min(together, Math.ceil(left / 256)))
      for (const giveBack of begun) giveBack()
      const again = await Promise.allSettled([begin()])
      expect(again[0]?.status).toBe(left > 0 ? 'fulfilled' : 'rejected')
    }),
  )
})

test('a key without a limit of tokens, and whoever has no key, may begin as much as they like', async () => {
  const { keys } = limits(100)
  for (const who of [key(null), null]) expect(await keys.reserve(who)).toBeTypeOf('function')
})
