import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkEpoch, formatCursor, newEpoch, parseCursor, requestedCursor } from '@/lib/sse/cursor'

const epoch = fc.stringMatching(/^[\w-]{1,64}$/)
const cursor = fc.record({ epoch, seq: fc.nat() })

function request(header: string | undefined, query = ''): Request {
  const headers: HeadersInit = header === undefined ? {} : { 'Last-Event-ID': header }
  return new Request(`http://test/stream${query}`, { headers })
}

describe('a cursor', () => {
  it('survives being written and read', () => {
    fc.assert(
      fc.property(cursor, (one) => {
        expect(parseCursor(formatCursor(one))).toEqual(one)
      }),
    )
  })

  it('is nothing when the text is anything else', () => {
    for (const text of [
      '',
      '.',
      'e',
      'e.',
      '.1',
      'e.-1',
      'e.01',
      'e.1.2',
      'e.1 ',
      'e.1e3',
      `e.${'9'.repeat(16)}`,
      'é.1',
    ])
      expect(parseCursor(text)).toBeUndefined()
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseCursor(text)
        if (parsed) expect(formatCursor(parsed)).toBe(text)
      }),
    )
  })
})

describe('requestedCursor', () => {
  it('takes the header before the query, because a reconnecting browser repeats the address', () => {
    expect(requestedCursor(request('e.2', '?last_event_id=e.1'))).toEqual({ epoch: 'e', seq: 2 })
    expect(requestedCursor(request(undefined, '?last_event_id=e.1'))).toEqual({
      epoch: 'e',
      seq: 1,
    })
    expect(requestedCursor(request('', '?last_event_id=e.1'))).toEqual({ epoch: 'e', seq: 1 })
  })

  it('takes what event-source-polyfill adds to the address when it reconnects', () => {
    const seen = (query: string) => requestedCursor(request(undefined, query))
    expect(seen('?prompt=x&lastEventId=e.3')).toEqual({ epoch: 'e', seq: 3 })
    expect(seen('?last_event_id=e.1&lastEventId=e.3')).toEqual({ epoch: 'e', seq: 3 })
  })

  it('is undefined when the request brings none', () => {
    expect(requestedCursor(request(undefined))).toBeUndefined()
    expect(requestedCursor(request('', '?last_event_id='))).toBeUndefined()
  })

  it('makes of other text a cursor that no log has', () => {
    const unknown = requestedCursor(request('42'))
    expect(unknown).toBeDefined()
    expect(() => checkEpoch(unknown?.epoch ?? '')).toThrow(TypeError)
  })
})

describe('newEpoch', () => {
  it('is new each time and fits an id', () => {
    const epochs = Array.from({ length: 100 }, newEpoch)
    expect(new Set(epochs).size).toBe(100)
    for (const one of epochs) expect(checkEpoch(one)).toBe(one)
  })
})
