import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { badReply, TransferFault, transient } from '@/lib/downloads/transfer/faults'
import { RetryPolicy } from '@/lib/downloads/transfer/retry-policy'

const DAY = 24 * 3_600_000
const { signal } = new AbortController()

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function waiting(giveUpMs = 10 * DAY) {
  const notes: (string | null)[] = []
  const retry = new RetryPolicy({
    giveUpMs,
    backoffMs: { base: DAY, cap: DAY },
    onNote: (note) => notes.push(note),
    // Fake time reaches the global timers only.
    sleep: (ms, stop) =>
      new Promise((resolve, reject) => {
        stop.throwIfAborted()
        setTimeout(resolve, ms)
        stop.addEventListener('abort', () => reject(stop.reason))
      }),
  })
  const ended = vi.fn()
  const fails = (stop = signal) =>
    retry.after(transient('The connection was cut.'), stop, performance.now()).then(ended, ended)
  return { retry, notes, ended, fails }
}

test('a connection that waits is woken when bytes come on another one', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.9)
  const { retry, notes, ended, fails } = waiting()
  void fails()
  void fails()
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(ended).not.toHaveBeenCalled()
  retry.progressed()
  await vi.advanceTimersByTimeAsync(1000)
  expect(ended.mock.calls).toEqual([[undefined], [undefined]])
  expect(notes).toEqual([
    'The connection was cut. Trying again.',
    'The connection was cut. Trying again.',
    null,
  ])
})

test('after bytes came the next wait is short, and the one after that long again', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.9)
  const { retry, ended, fails } = waiting()
  retry.progressed()
  void fails()
  await vi.advanceTimersByTimeAsync(1000)
  expect(ended).toHaveBeenCalledTimes(1)
  void fails()
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(ended).toHaveBeenCalledTimes(1)
})

test('whoever gives up does not wait any longer, and is told why', async () => {
  const { ended, fails } = waiting()
  const stop = new AbortController()
  void fails(stop.signal)
  stop.abort(new Error('cancelled'))
  await vi.advanceTimersByTimeAsync(0)
  expect(ended).toHaveBeenCalledWith(new Error('cancelled'))
})

test('what a server asks to wait is no lack of progress', async () => {
  const { retry, ended, fails } = waiting(60_000)
  const fault = { kind: 'transient', retryAfterMs: 3_600_000, pushback: true } as const
  void retry.after(new TransferFault('Busy.', fault), signal, 0).then(ended, ended)
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(ended.mock.calls).toEqual([[undefined]])
  void fails()
  await vi.advanceTimersByTimeAsync(DAY)
  expect(ended.mock.calls).toEqual([[undefined], [undefined]])
  await fails()
  expect(ended.mock.lastCall?.[0]).toMatchObject({ code: 'hub_unreachable' })
})

test('bad answers to requests that were under way together count once', async () => {
  const { retry, ended } = waiting()
  const askedAt = performance.now()
  const bad = () => retry.after(badReply('A page.'), signal, askedAt).then(ended, ended)
  await vi.advanceTimersByTimeAsync(1)
  for (let connection = 0; connection < 16; connection++) void bad()
  expect(retry.bad).toBe(1)
  for (let round = 2; round <= 6; round++) {
    await vi.advanceTimersByTimeAsync(DAY)
    void retry.after(badReply('A page.'), signal, performance.now()).then(ended, ended)
    expect(retry.bad).toBe(round)
  }
  await vi.advanceTimersByTimeAsync(0)
  expect(ended.mock.lastCall?.[0]).toMatchObject({ code: 'bad_reply' })
})
