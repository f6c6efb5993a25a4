import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RateLimiter } from '@/lib/downloads/transfer/rate-limiter'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())
const { signal } = new AbortController()

/** Bytes that two takers of chunks get in `ms`. */
async function flow(limiter: RateLimiter, chunk: number, ms: number): Promise<number> {
  const stop = new AbortController()
  let bytes = 0
  const taker = async () => {
    while (!stop.signal.aborted) {
      bytes += chunk
      await limiter.take(chunk, stop.signal)
    }
  }
  const takers = [taker(), taker()]
  await vi.advanceTimersByTimeAsync(ms)
  const taken = bytes
  stop.abort()
  await Promise.all(takers)
  return taken
}

test.each([
  [1_000_000, 64 * 1024],
  [100_000, 1000],
  [10_000, 64 * 1024],
])('lets %d bytes a second through in chunks of %d', async (rate, chunk) => {
  const limiter = new RateLimiter(rate)
  const taken = await flow(limiter, chunk, 20_000)
  expect(taken).toBeGreaterThan(rate * 19)
  expect(taken).toBeLessThan(rate * 21 + 4 * chunk)
})

test('what is read at once is small when the limit is low', () => {
  expect(new RateLimiter(null).grain).toBe(Number.POSITIVE_INFINITY)
  expect(new RateLimiter(6_400_000).grain).toBe(100_000)
  expect(new RateLimiter(1).grain).toBe(16 * 1024)
})

test('without a limit nobody waits', () => {
  expect(new RateLimiter(null).take(1e12, signal)).toBeNull()
})

test('a change holds at once, also for those who wait', async () => {
  const limiter = new RateLimiter(1)
  const waiting = limiter.take(1_000_000, signal)
  expect(waiting).not.toBeNull()
  limiter.setRate(null)
  await waiting
  limiter.setRate(1000)
  expect(limiter.rate).toBe(1000)
  const slow = limiter.take(5000, signal)
  const done = vi.fn()
  void slow?.then(done)
  await vi.advanceTimersByTimeAsync(4900)
  expect(done).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(200)
  expect(done).toHaveBeenCalled()
})

test('whoever is stopped waits no longer, and leaves no timer', async () => {
  const stop = new AbortController()
  const waiting = new RateLimiter(1).take(1_000_000, stop.signal)
  stop.abort()
  await waiting
  expect(vi.getTimerCount()).toBe(0)
})
