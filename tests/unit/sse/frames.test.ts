import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeEvent, encodeFrame, encodeId, encodeOpening, joinBytes } from '@/lib/sse/frames'
import { strictEvents } from '@/tests/support/strict-events'

/** Any text, with what the format is sensitive to made likely. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      ' ',
      ':',
      'a',
      'data',
      'id: 9',
      '\0',
      '\u2028',
      '\ufeff',
      '💧',
      '\ud800',
    ),
  }),
)
const line = text.map((value) => value.replace(/[\r\n\0]/g, ''))
const event = fc.record({ event: fc.option(line, { nil: undefined }), data: text })

/** What the format can carry: LF for every line end, no lone surrogates. */
function carried(value: string): string {
  return Buffer.from(value.replace(/\r\n|\r/g, '\n')).toString()
}

function parse(bytes: Uint8Array, sizes: readonly number[]): EventSourceMessage[] {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (parsed) => events.push(parsed) })
  const decoder = new TextDecoder()
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (sizes[turn % sizes.length] ?? 1)
    parser.feed(decoder.decode(bytes.subarray(at, end), { stream: true }))
    at = end
  }
  return events
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })

describe('encodeEvent', () => {
  it('is undone by an independent parser, for any text and any chunks', () => {
    const sent = fc.array(fc.tuple(event, line), { maxLength: 6 })
    fc.assert(
      fc.property(sent, sizes, (pairs, chunking) => {
        const bytes = joinBytes(pairs.map(([one, id]) => encodeEvent(one, id)))
        expect(parse(bytes, chunking)).toEqual(
          pairs.map(([one, id]) => ({
            event: one.event ? carried(one.event) : undefined,
            id: carried(id),
            data: carried(one.data),
          })),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('never lets data start a field or an event of its own', () => {
    fc.assert(
      fc.property(text, sizes, (data, chunking) => {
        const events = parse(encodeEvent({ data }), chunking)
        expect(events).toEqual([{ event: undefined, id: undefined, data: carried(data) }])
      }),
      { numRuns: 500 },
    )
  })

  it('refuses a line end or NUL in an event name, an id and a comment', () => {
    fc.assert(
      fc.property(line, line, fc.constantFrom('\r', '\n', '\0', '\r\n'), (before, after, bad) => {
        const unsafe = before + bad + after
        expect(() => encodeEvent({ event: unsafe, data: '' })).toThrow(TypeError)
        expect(() => encodeEvent({ data: '' }, unsafe)).toThrow(TypeError)
        expect(() => encodeId(unsafe)).toThrow(TypeError)
        expect(() => encodeFrame({ comment: unsafe })).toThrow(TypeError)
      }),
    )
  })

  it('writes the fields as the examples show them', () => {
    const bytes = encodeEvent({ event: 'progress', data: 'a\r\nb\rc\n' }, 'e.2')
    expect(Buffer.from(bytes).toString()).toBe(
      'event: progress\nid: e.2\ndata: a\ndata: b\ndata: c\ndata: \n\n',
    )
  })
})

describe('the frames that carry no event', () => {
  it('tell the client when to come back, and dispatch nothing', () => {
    const seen: unknown[] = []
    const parser = createParser({
      onEvent: (parsed) => seen.push(parsed),
      onRetry: (ms) => seen.push(ms),
      onComment: (comment) => seen.push(comment),
    })
    const bytes = joinBytes([
      encodeOpening(2999.6),
      encodeFrame({ comment: 'keep-alive' }),
      encodeId('e.7'),
    ])
    parser.feed(Buffer.from(bytes).toString())
    expect(seen).toEqual([3000, 'open', 'keep-alive'])
  })
})

describe('a comment in a log', () => {
  it('ends with its line, so that no client takes it for an event, and keeps its id', () => {
    const bytes = joinBytes([
      encodeFrame({ comment: 'queued, position 2' }, 'e.1'),
      encodeFrame({ data: 'a' }, 'e.2'),
      encodeFrame({ comment: 'keep-alive' }),
      encodeFrame({ data: 'b' }, 'e.3'),
    ])
    expect(strictEvents(Buffer.from(bytes).toString())).toEqual(['a', 'b'])
    expect(parse(bytes, [3]).map(({ id, data }) => [id, data])).toEqual([
      ['e.2', 'a'],
      ['e.3', 'b'],
    ])
  })
})

describe('joinBytes', () => {
  it('passes a single frame on without a copy', () => {
    const frame = encodeId('e.1')
    expect(joinBytes([frame])).toBe(frame)
    expect(joinBytes([])).toHaveLength(0)
  })
})
