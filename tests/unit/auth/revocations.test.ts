import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Revocations } from '@/lib/auth/revocations'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const session = (id: string, expiresAt = Date.now() + 90 * 86_400_000) =>
  ({ kind: 'session', id, expiresAt }) as const

test('what hangs on a session, a key or a user hears of its end, and nobody else does', () => {
  const revocations = new Revocations()
  const heard: string[] = []
  revocations.watch({ userId: 'a', credential: session('1') }, () => heard.push('a1'))
  revocations.watch({ userId: 'a', credential: session('2') }, () => heard.push('a2'))
  revocations.watch({ userId: 'b', credential: session('3') }, () => heard.push('b3'))
  revocations.revoke({ kind: 'session', id: '1' })
  expect(heard).toEqual(['a1'])
  revocations.revoke({ kind: 'user', id: 'a' })
  expect(heard).toEqual(['a1', 'a1', 'a2'])
  revocations.revoke({ kind: 'key', id: '3' })
  expect(heard).not.toContain('b3')
})

test('who stopped watching hears nothing', () => {
  const revocations = new Revocations()
  const listener = vi.fn()
  const stop = revocations.watch(
    { userId: 'a', credential: session('1', Date.now() + 10) },
    listener,
  )
  stop()
  revocations.revoke({ kind: 'session', id: '1' })
  vi.advanceTimersByTime(1000)
  expect(listener).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('expiry is an end too, at its time', () => {
  const revocations = new Revocations()
  const listener = vi.fn()
  revocations.watch({ userId: 'a', credential: session('1', Date.now() + 5000) }, listener)
  vi.advanceTimersByTime(4999)
  expect(listener).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(listener).toHaveBeenCalledOnce()
})

test('one that is far away waits for no timer that would overflow', () => {
  const revocations = new Revocations()
  const listener = vi.fn()
  revocations.watch({ userId: null, credential: session('1') }, listener)
  vi.advanceTimersByTime(1000)
  expect(listener).not.toHaveBeenCalled()
})
