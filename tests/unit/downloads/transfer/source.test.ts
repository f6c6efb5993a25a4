import { expect, test } from 'vitest'
import { emptyBody } from '@/lib/downloads/transfer/counted-body'
import type { Place, Reply } from '@/lib/downloads/transfer/http-client'
import { Source } from '@/lib/downloads/transfer/source'

const hub = new URL('https://hub.example/a/b/resolve/main/x.gguf')
const storage = new URL('https://cdn.hub.example/signed')

/** A client that answers as if the hub had led to its storage, and notes what it was asked. */
function client(status: number) {
  const asked: [string, Place, string | null][] = []
  const reply: Reply = {
    status,
    headers: {},
    body: emptyBody(),
    place: { url: storage, from: hub },
    linked: null,
    hub: null,
  }
  return {
    asked,
    get: (place: Place, range: string | null) => {
      asked.push(['get', place, range])
      return Promise.resolve(reply)
    },
    getRange: (place: Place, range: string) => {
      asked.push(['getRange', place, range])
      return Promise.resolve(reply)
    },
  }
}

const signal = new AbortController().signal

test('goes back to where the redirect led, as one that was led there, until that is forgotten', async () => {
  const http = client(206)
  const source = new Source(http, { url: hub.href })
  await source.open({ start: 0, end: 10 }, signal)
  await source.open({ start: 10, end: 20 }, signal)
  await source.open(null, signal)
  source.forget()
  await source.open({ start: 20, end: 30 }, signal)
  expect(http.asked).toEqual([
    ['get', { url: hub, from: null }, 'bytes=0-9'],
    ['getRange', { url: storage, from: hub }, 'bytes=10-19'],
    ['get', { url: storage, from: hub }, null],
    ['get', { url: hub, from: null }, 'bytes=20-29'],
  ])
})

test('remembers no address that gave nothing', async () => {
  const http = client(403)
  const source = new Source(http, { url: hub.href })
  await source.open({ start: 0, end: 10 }, signal)
  await source.open({ start: 0, end: 10 }, signal)
  expect(http.asked.map(([, place]) => place.url)).toEqual([hub, hub])
})
