import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { FileSource } from '@/lib/downloads/transfer/file-source'
import { RangePlan } from '@/lib/downloads/transfer/range-plan'
import type { Ask, Place, Reply } from '@/lib/platform/http/http-client'

const hub = new URL('https://hub.example/a/b/resolve/main/x.gguf')
const storage = new URL('https://cdn.hub.example/signed')
const signal = new AbortController().signal

/** A client that answers each request with `answer`, as if the hub had led to its storage, and notes what it was asked. */
function source(
  answer: (range: string | undefined) => Partial<Reply>,
  plan = new RangePlan(100, [], 100),
) {
  const asked: [Place, string | undefined][] = []
  const get = async (place: Place, { headers }: Ask): Promise<Reply> => {
    asked.push([place, headers?.range])
    return {
      status: 206,
      headers: {},
      body: Readable.from(['x']),
      place: { url: storage, from: hub },
      redirects: [],
      hub: null,
      ...answer(headers?.range),
    }
  }
  const state = { validator: null, identity: '', size: 100, written: [], synced: [], sha256: null }
  const opened = new FileSource({
    client: { get },
    file: { url: hub.href, path: 'x', size: 100, sha256: 'a', etag: null, role: 'weights' },
    plan,
    journal: { state, validator: async () => undefined },
    stallMs: 100,
    onSize: async () => undefined,
  })
  return { asked, opened }
}

const ranged = (range: string | undefined): Partial<Reply> => ({
  headers: { 'content-range': `${range?.replace('=', ' ')}/100` },
})

test('goes back to where the redirect led, as one that was led there', async () => {
  const { asked, opened } = source(ranged)
  await opened.open({ start: 0, end: 10 }, signal)
  await opened.open({ start: 10, end: 20 }, signal)
  expect(asked).toEqual([
    [{ url: hub, from: null }, 'bytes=0-9'],
    [{ url: storage, from: hub }, 'bytes=10-19'],
  ])
})

test.each([
  ['that expired', { status: 403 }],
  ['of a page', { status: 200, headers: { 'content-type': 'text/html' } }],
  ['of another range', { headers: { 'content-range': 'bytes 1-10/100' } }],
])('after a reply %s the hub is asked again', async (_name, bad) => {
  let reply: typeof ranged = ranged
  const { asked, opened } = source((range) => reply(range))
  await opened.open({ start: 0, end: 10 }, signal)
  reply = () => bad
  await expect(opened.open({ start: 10, end: 20 }, signal)).rejects.toThrow()
  reply = ranged
  await opened.open({ start: 10, end: 20 }, signal)
  expect(asked.map(([place]) => place.url)).toEqual([hub, storage, hub])
})

test('after one that passes by itself it is not', async () => {
  let reply: typeof ranged = ranged
  const { asked, opened } = source((range) => reply(range))
  await opened.open({ start: 0, end: 10 }, signal)
  reply = () => ({ status: 503 })
  await expect(opened.open({ start: 10, end: 20 }, signal)).rejects.toThrow('503')
  reply = ranged
  await opened.open({ start: 10, end: 20 }, signal)
  expect(asked.map(([place]) => place.url)).toEqual([hub, storage, storage])
})

test('a file that is smaller than what came of it is another one', async () => {
  const plan = new RangePlan(null, [{ start: 0, end: 50 }], 100)
  const headers = { 'content-length': '49' }
  const { opened } = source(() => ({ status: 200, headers }), plan)
  await expect(opened.open(null, signal)).rejects.toMatchObject({ fault: { kind: 'changed' } })
})

test('a reply that is no good is closed', async () => {
  const body = Readable.from(['x'])
  const { opened } = source(() => ({ status: 503, body }))
  await expect(opened.open(null, signal)).rejects.toThrow()
  expect(body.destroyed).toBe(true)
})
