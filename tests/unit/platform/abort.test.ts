import { expect, test } from 'vitest'
import { unlessAborted } from '@/lib/platform/abort'

test('work that is given up before it began to be awaited may fail: nobody else hears of it', async () => {
  const unhandled: unknown[] = []
  const hear = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', hear)
  const reason = new Error('stopped')
  let fail: (error: Error) => void = () => undefined
  const work = new Promise<never>((_, reject) => {
    fail = reject
  })
  await expect(unlessAborted(work, AbortSignal.abort(reason))).rejects.toBe(reason)
  fail(new Error('too late'))
  await new Promise((resolve) => setTimeout(resolve, 5))
  process.off('unhandledRejection', hear)
  expect(unhandled).toEqual([])
})

test('work ends with its own outcome, or with the reason when that comes first', async () => {
  const never = new AbortController().signal
  expect(await unlessAborted(Promise.resolve(1), never)).toBe(1)
  const error = new Error('failed')
  await expect(unlessAborted(Promise.reject(error), never)).rejects.toBe(error)
  const stop = new AbortController()
  const waiting = unlessAborted(new Promise(() => undefined), stop.signal)
  stop.abort(error)
  await expect(waiting).rejects.toBe(error)
})
