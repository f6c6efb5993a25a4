import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { type Fault, TransferFault } from '@/lib/downloads/transfer/faults'
import { acceptReply } from '@/lib/downloads/transfer/reply'
import type { ResolvedFile } from '@/lib/hub/reference'
import type { Headers } from '@/lib/platform/http/headers'

const ADDRESS = 'https://hub.test/acme/tiny/resolve/main/m.gguf'
const unknown = { size: null, sha256: null, etag: null }
const file: ResolvedFile = { path: 'm.gguf', url: ADDRESS, role: 'weights', ...unknown }

/** What is made of a reply to a request for `range`, or the whole file. */
function accept(
  status: number,
  headers: Headers,
  options: {
    range?: { start: number; end: number }
    validator?: string
    url?: string
    /** What the hub's redirect said, before these headers came from its storage. */
    redirect?: Headers
    published?: Partial<ResolvedFile>
    size?: number
  } = {},
) {
  const { range = null, validator = null, size = null, url = ADDRESS } = options
  const { redirect, published } = options
  const place = { url: new URL(url), from: null }
  const body = Readable.from([])
  const hub = { hasToken: false }
  const reply = { status, headers, body, place, redirects: redirect ? [redirect] : [], hub }
  const expected = { file: { ...file, url, ...published }, range, size, validator }
  return acceptReply(reply, expected, 0)
}

function faultOf(run: () => unknown): Fault {
  try {
    run()
  } catch (error) {
    if (error instanceof TransferFault) return error.fault
    throw error
  }
  throw new Error('It was accepted.')
}

test('a file that is not there is refused for good, whatever its address looks like', () => {
  for (const name of ['%zz', '100%', 'm%20n.gguf']) {
    const url = `https://hub.test/acme/tiny/resolve/main/${name}`
    expect(faultOf(() => accept(404, {}, { url }))).toMatchObject({
      kind: 'fatal',
      error: { code: 'file_not_found' },
    })
  }
})

describe('the whole file', () => {
  test('is no part of it that calls itself the whole', () => {
    for (const part of ['bytes 0-99/1000', 'bytes 10-99/100', 'bytes 0-99/*'])
      expect(faultOf(() => accept(200, { 'content-range': part })).kind).toBe('bad_reply')
    const length = { 'content-range': 'bytes 0-99/100', 'content-length': '99' }
    expect(faultOf(() => accept(200, length)).kind).toBe('bad_reply')
    const whole = { ...length, 'content-length': '100' }
    expect(accept(200, whole)).toEqual({ size: 100, validator: null })
  })
})

describe('the hub vouches for a file', () => {
  const published = { sha256: 'ab', size: 10 }
  const headers = { 'content-length': '10', etag: '"other"' }

  test('so its storage may tag it as it likes', () => {
    const redirect = { 'x-linked-etag': '"ab"', 'x-linked-size': '10' }
    const known = { redirect, published, validator: 'before' }
    expect(accept(200, headers, known)).toEqual({ size: 10, validator: 'other' })
    // Without a published hash nothing says that what it vouches for is what came before.
    const unknown = { redirect, validator: 'before' }
    expect(faultOf(() => accept(200, headers, unknown)).kind).toBe('changed')
  })

  test.each<[string, Headers]>([
    ['another hash', { 'x-linked-etag': '"cd"' }],
    ['another size', { 'x-linked-etag': '"ab"', 'x-linked-size': '11' }],
  ])('and one of %s is another version', (_name, redirect) => {
    expect(faultOf(() => accept(200, headers, { redirect, published })).kind).toBe('changed')
    // Also where the hub sends the file itself.
    const own = { ...headers, ...redirect }
    expect(faultOf(() => accept(200, own, { published })).kind).toBe('changed')
  })
})

test('a range that does not lie in the file says how long that is now', () => {
  const range = { start: 5, end: 10 }
  const asked = (now: string) =>
    faultOf(() => accept(416, { 'content-range': now }, { range, size: 10 })).kind
  expect(asked('bytes */4')).toBe('changed')
  expect(asked('bytes */10')).toBe('no_ranges')
  expect(asked('')).toBe('no_ranges')
})

describe('versions of a file are told apart', () => {
  const DATE = 'Tue, 01 Dec 2026 12:00:00 GMT'
  const BEFORE = 'Tue, 01 Dec 2026 11:00:00 GMT'
  test.each<[string, Headers, string | null]>([
    ['a strong tag', { etag: '"v1"', date: DATE, 'last-modified': DATE }, 'v1'],
    ['a weak tag', { etag: 'W/"v1"' }, null],
    [
      'a weak tag and an old change',
      { etag: 'W/"1"', date: DATE, 'last-modified': BEFORE },
      BEFORE,
    ],
    ['an old change', { date: DATE, 'last-modified': BEFORE }, BEFORE],
    ['a change within the second', { date: DATE, 'last-modified': DATE }, null],
    ['a change after the clock', { date: BEFORE, 'last-modified': DATE }, null],
    ['a change and no clock', { 'last-modified': BEFORE }, null],
    ['a change at no time', { date: DATE, 'last-modified': 'yesterday' }, null],
    ['a weak tag in small letters', { etag: 'w/"v1"' }, null],
    ['a tag of nothing, which is the same for all', { etag: '""' }, null],
    [
      'a tag of nothing and an old change',
      { etag: '""', date: DATE, 'last-modified': BEFORE },
      BEFORE,
    ],
    ['two times at once', { date: `${DATE},${DATE}`, 'last-modified': BEFORE }, null],
    ['nothing', {}, null],
  ])('by %s', (_name, headers, validator) => {
    expect(accept(200, { ...headers, 'content-length': '5' })).toEqual({ size: 5, validator })
  })

  test('and another version is not gone on with', () => {
    const range = { start: 5, end: 10 }
    const part = { 'content-range': 'bytes 5-9/10', 'content-length': '5' }
    expect(accept(206, { ...part, etag: '"v1"' }, { range, validator: 'v1' }).validator).toBe('v1')
    const others: Headers[] = [{ etag: '"v2"' }, { etag: 'W/"v1"' }, {}]
    for (const headers of others)
      expect(
        faultOf(() => accept(206, { ...part, ...headers }, { range, validator: 'v1' })).kind,
      ).toBe('changed')
  })
})
