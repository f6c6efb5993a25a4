import { beforeEach, expect, test } from 'vitest'
import { CallRun } from '@/lib/client/reference/call-run'
import type { FilledCall } from '@/lib/client/reference/filled-call'

const CALL: FilledCall = {
  method: 'POST',
  url: 'http://127.0.0.1:3000/v1/infer',
  headers: [['Content-Type', 'application/json']],
  body: '{}',
  credential: 'key',
  answers: 'stream',
}

let sent: { url: string; init: RequestInit }[]
let answer: (init: RequestInit) => Promise<Response>
let clock: number
let run: CallRun
let heard: number

beforeEach(() => {
  sent = []
  clock = 0
  heard = 0
  run = new CallRun({
    fetch: (url, init = {}) => {
      sent.push({ url: String(url), init })
      return answer(init)
    },
    now: () => clock,
    nextFrame: (task) => queueMicrotask(task),
  })
  run.subscribe(() => {
    heard += 1
  })
})

/** A body that is written to by hand, and breaks off as fetch breaks off when its signal aborts. */
function openBody(init: RequestInit) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  init.signal?.addEventListener('abort', () => void writer.abort().catch(() => {}))
  return { readable, write: (text: string) => writer.write(new TextEncoder().encode(text)), writer }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('tells the status, the times, the headers and the body of an answer', async () => {
  answer = async () => {
    clock = 30
    return Response.json({ fine: true }, { status: 201, headers: { 'x-request-id': 'abc' } })
  }
  await run.send(CALL, null)
  expect(run.getSnapshot()).toMatchObject({
    kind: 'done',
    end: 'whole',
    answer: {
      status: 201,
      headersMs: 30,
      bytes: 13,
      body: { kind: 'text', text: '{"fine":true}' },
    },
  })
  expect(sent[0]).toMatchObject({ url: CALL.url, init: { method: 'POST', body: '{}' } })
  expect(sent[0]?.init.credentials).toBe('same-origin')
  expect(heard).toBeGreaterThan(0)
})

test('a key goes without the session', async () => {
  answer = async () => Response.json({})
  await run.send(CALL, 'rnl_key')
  expect(sent[0]?.init.credentials).toBe('omit')
  expect(new Headers(sent[0]?.init.headers).get('authorization')).toBe('Bearer rnl_key')
})

test('shows the events of a stream as they come, cut anywhere, and keeps them when it is stopped', async () => {
  let body: ReturnType<typeof openBody> | undefined
  answer = async (init) => {
    body = openBody(init)
    return new Response(body.readable, { headers: { 'content-type': 'text/event-stream' } })
  }
  const sending = run.send(CALL, null)
  await settled()
  clock = 40
  await body?.write('retry: 100\n\nid: e.1\nda')
  await body?.write('ta: {"token":"a"}\n\nevent: progress\n')
  await body?.write('data: 1\n\n')
  await settled()
  const events = [
    { number: 1, atMs: 40, name: 'message', id: 'e.1', data: '{"token":"a"}' },
    { number: 2, atMs: 40, name: 'progress', data: '1' },
  ]
  expect(run.getSnapshot()).toMatchObject({
    kind: 'reading',
    answer: { body: { events, count: 2 } },
  })
  run.stop()
  await sending
  expect(run.getSnapshot()).toMatchObject({
    kind: 'done',
    end: 'stopped',
    answer: { body: { count: 2 } },
  })
  expect(sent[0]?.init.signal?.aborted).toBe(true)
})

test('says when an answer breaks off, and when there is none', async () => {
  answer = async (init) => {
    const body = openBody(init)
    void body.write('half').then(() => body.writer.abort(new Error('gone')))
    return new Response(body.readable)
  }
  await run.send(CALL, null)
  expect(run.getSnapshot()).toMatchObject({ kind: 'done', end: 'cut' })
  answer = () => Promise.reject(new TypeError('Failed to fetch'))
  await run.send(CALL, null)
  expect(run.getSnapshot()).toEqual({ kind: 'failed', reason: 'unreachable' })
})

test('a call that is sent anew replaces the one that waits', async () => {
  answer = ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  const first = run.send(CALL, null)
  answer = async () => Response.json('second')
  await Promise.all([first, run.send(CALL, null)])
  expect(run.getSnapshot()).toMatchObject({ kind: 'done', answer: { body: { text: '"second"' } } })
})

test('keeps no more events than can be shown, and counts them all', async () => {
  answer = async () =>
    new Response('data: x\n\n'.repeat(600), { headers: { 'content-type': 'text/event-stream' } })
  await run.send(CALL, null)
  const state = run.getSnapshot()
  const body = state.kind === 'done' ? state.answer.body : null
  expect(body).toMatchObject({ kind: 'events', count: 600 })
  expect(body?.kind === 'events' && body.events.length).toBe(500)
})
