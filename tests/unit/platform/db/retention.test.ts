import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Retention } from '@/lib/platform/db/retention'

const DAY_MS = 86_400_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('every table is pruned at the start and each day, whatever happens to another, until the end', async () => {
  const times: number[] = []
  const problems: unknown[] = []
  const tables = {
    broken: { prune: async () => Promise.reject(new Error('disk full')) },
    good: { prune: async (now: number) => void times.push(now) },
  }
  const retention = new Retention(tables, {
    error: (fields: unknown) => void problems.push(fields),
  })
  const start = Date.now()
  await retention.start()
  await vi.advanceTimersByTimeAsync(2 * DAY_MS)
  expect(times).toEqual([start, start + DAY_MS, start + 2 * DAY_MS])
  expect(problems).toHaveLength(3)
  expect(problems[0]).toMatchObject({ table: 'broken' })
  retention.close()
  await vi.advanceTimersByTimeAsync(2 * DAY_MS)
  expect(times).toHaveLength(3)
})
