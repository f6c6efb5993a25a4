import { describe, expect, it, vi } from 'vitest'
import { type AnswerEnd, AnswerStream } from '@/lib/client/chat/answer-stream'

const delta = (text: string, tokens: number) =>
  JSON.stringify({ text, tokens, first_token_ms: 1, elapsed_ms: tokens })
const DONE = JSON.stringify({
  finish_reason: 'stop',
  ...{ prompt_tokens: 1, cached_tokens: 0, truncated_tokens: 0, completion_tokens: 2 },
  ...{ queued_ms: 0, load_ms: 0 },
  ...{ first_token_ms: 1, tokens_per_second: 9 },
})
const EVENTS = [
  `id: g.1\nevent: delta\ndata: ${delta('Once', 1)}\n\n`,
  `id: g.2\nevent: delta\ndata: ${delta(' upon', 2)}\n\n`,
  `id: g.3\nevent: done\ndata: ${DONE}\n\n`,
]

/** A server that sends what follows the cursor; `cut` is how many events the next answers end after. */
function serve(cuts: number[]) {
  const cursors: (string | null)[] = []
  const fetch = async (_url: unknown, init?: RequestInit) => {
    const cursor = new Headers(init?.headers).get('last-event-id')
    cursors.push(cursor)
    const from = Number(cursor?.split('.')[1] ?? 0)
    const to = from + (cuts.shift() ?? EVENTS.length)
    return new Response(EVENTS.slice(from, to).join(''))
  }
  return { fetch, cursors }
}

function begin(fetch: typeof globalThis.fetch) {
  const ends: AnswerEnd[] = []
  const timers: (() => void)[] = []
  const clock = {
    now: () => 0,
    after: (ms: number, task: () => void) => {
      // The watchdog waits much longer than a reconnect; only the latter is run here.
      if (ms < 10_000) timers.push(task)
      return () => void timers.splice(0)
    },
    random: () => 0,
  }
  const stream = new AnswerStream({
    url: '/v1/generations/g/stream',
    ...{ clock, fetch, nextFrame: (task: () => void) => task() },
    onEnd: (end) => ends.push(end),
  })
  const fireTimers = () => timers.splice(0).forEach((task) => void task())
  return { stream, ends, fireTimers }
}

describe('AnswerStream', () => {
  it('tells the end once, with the whole text', async () => {
    const { stream, ends } = begin(serve([]).fetch)
    stream.subscribe(() => {})
    await vi.waitFor(() => expect(ends).toHaveLength(1))
    expect(ends[0]).toMatchObject({ kind: 'ended', state: { text: 'Once upon', tokens: 2 } })
  })

  it('goes on after what it has when the connection breaks', async () => {
    const { fetch, cursors } = serve([1, 1])
    const { stream, ends, fireTimers } = begin(fetch)
    stream.subscribe(() => {})
    await vi.waitFor(() => {
      fireTimers()
      expect(ends).toHaveLength(1)
    })
    expect(cursors).toEqual([null, 'g.1', 'g.2'])
    expect(stream.getSnapshot().text).toBe('Once upon')
  })

  it('goes on after what it has when somebody looks again', async () => {
    const { fetch, cursors } = serve([1])
    const { stream, ends } = begin(fetch)
    const leave = stream.subscribe(() => {})
    await vi.waitFor(() => expect(stream.getSnapshot().text).toBe('Once'))
    leave()
    stream.subscribe(() => {})
    await vi.waitFor(() => expect(ends).toHaveLength(1))
    expect(cursors).toEqual([null, 'g.1'])
    expect(stream.getSnapshot().text).toBe('Once upon')
  })

  it.each([404, 410, 204])('is gone at %i: what was saved counts', async (status) => {
    const { stream, ends } = begin(async () => new Response(null, { status }))
    stream.subscribe(() => {})
    await vi.waitFor(() => expect(ends).toEqual([{ kind: 'gone' }]))
  })
})
