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

test('within any minute no more pass than may, wherever it begins', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.oneof(fc.constant(0), fc.nat(500), fc.nat(30_000)), { maxLength: 200 }),
      async (limit, pauses) => {
        const { keys, pass } = limits()
        const passed: number[] = []
        let at = 0
        for (const pause of pauses) {
          const inMinute = () => passed.filter((time) => time > at - 60_000).length
          const before = inMinute()
          const { refusal } = await keys.take(key(limit))
          if (!refusal) passed.push(at)
          // Every minute that ends with a request is looked at, and so is every other: between two nothing passes.
          expect(inMinute()).toBeLessThanOrEqual(limit)
          // And nobody is refused who would not be too many.
          expect(refusal === null).toBe(before < limit)
          pass(pause)
          at += pause
        }
      },
    ),
  )
})

test('around the edge of a minute no more pass than in any other', async () => {
  const { keys, pass } = limits()
  const passed = async () => {
    const tries = Array.from({ length: 20 }, () => keys.take(key(10)))
    return (await Promise.all(tries)).filter(({ refusal }) => refusal === null).length
  }
  await keys.take(key(10))
  pass(59_900)
  expect(await passed()).toBe(9)
  pass(200)
  expect(await passed()).toBe(1)
})

test('what waits as long as it was told passes, and a limit that is changed counts at once', async () => {
  const { keys, pass } = limits()
  for (const pause of [1000, 2000, 0]) {
    await keys.take(key(3))
    pass(pause)
  }
  const { refusal } = await keys.take(key(3))
  pass((refusal?.retryAfter ?? 0) * 1000)
  expect((await keys.take(key(3))).refusal).toBeNull()
  expect((await keys.take(key(3))).refusal).not.toBeNull()
  expect((await keys.take(key(5))).headers['RateLimit-Remaining']).toBe('1')
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
      for (const release of begun) release()
      const again = await Promise.allSettled([begin()])
      expect(again[0]?.status).toBe(left > 0 ? 'fulfilled' : 'rejected')
    }),
  )
})

test('a key without a limit of tokens, and whoever has no key, may begin as much as they like', async () => {
  const { keys } = limits(100)
  for (const who of [key(null), null]) expect(await keys.reserve(who)).toBeTypeOf('function')
})
