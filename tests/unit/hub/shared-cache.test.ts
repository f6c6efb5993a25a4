import { expect, it } from 'vitest'
import { SharedCache } from '@/lib/hub/shared-cache'

const never = new AbortController().signal
type Answer = { value: number }

/** Requests that tests answer. */
function setUp() {
  let now = 1000
  const cache = new SharedCache<Answer>({ ttlMs: 60_000, maxEntries: 2, now: () => now })
  const asked: { signal: AbortSignal; answer: (value: number) => void; fail: () => void }[] = []
  const ask = (signal: AbortSignal) =>
    new Promise<Answer>((resolve, reject) => {
      const fail = () => reject(new Error('away'))
      asked.push({ signal, answer: (value) => resolve({ value }), fail })
    })
  const get = (signal = never, fresh = false, key = 'a') => cache.get(key, ask, signal, { fresh })
  return { get, asked, pass: (ms: number) => (now += ms) }
}

it('asks once for all who want the same at once, and keeps the answer for a while', async () => {
  const { get, asked, pass } = setUp()
  const both = Promise.all([get(), get(never, true)])
  asked[0]?.answer(1)
  expect(await both).toEqual([{ value: 1 }, { value: 1 }])
  expect(await get()).toEqual({ value: 1 })
  expect(asked).toHaveLength(1)
  pass(60_001)
  const later = get()
  asked[1]?.answer(2)
  expect(await later).toEqual({ value: 2 })
})

it('asks anew for who wants it fresh', async () => {
  const { get, asked } = setUp()
  const first = get()
  asked[0]?.answer(1)
  await first
  const fresh = get(never, true)
  asked[1]?.answer(2)
  expect(await fresh).toEqual({ value: 2 })
  expect(await get()).toEqual({ value: 2 })
})

it('goes on for the others when one leaves, and stops when the last has left', async () => {
  const { get, asked } = setUp()
  const leaving = [new AbortController(), new AbortController()] as const
  const waits = leaving.map(({ signal }) => get(signal))
  const left = Promise.allSettled(waits)
  leaving[0].abort(new Error('left'))
  await expect(waits[0]).rejects.toThrow('left')
  expect(asked[0]?.signal.aborted).toBe(false)
  leaving[1].abort(new Error('left too'))
  await left
  expect(asked[0]?.signal.aborted).toBe(true)
  const again = get()
  expect(asked).toHaveLength(2)
  asked[1]?.answer(3)
  expect(await again).toEqual({ value: 3 })
})

it('keeps no failure', async () => {
  const { get, asked } = setUp()
  const failed = get()
  asked[0]?.fail()
  await expect(failed).rejects.toThrow('away')
  const again = get()
  asked[1]?.answer(1)
  expect(await again).toEqual({ value: 1 })
})
