import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventLog, ReadResult } from '@/lib/sse'

export type MadeLog = {
  log: EventLog
  /** Moves the log's clock on by so many milliseconds. */
  advance(ms: number): void | Promise<void>
  close?(): Promise<void>
}

export type LogBounds = { maxEntries: number; maxBytes: number; maxAgeMs: number }

const WIDE: LogBounds = { maxEntries: 1000, maxBytes: 1_000_000, maxAgeMs: 1_000_000 }
const ALL = 1_000_000

/** What every EventLog must do, whatever holds its entries. `make` gives a new, empty one. */
export function eventLogContract(
  name: string,
  make: (bounds: LogBounds) => MadeLog | Promise<MadeLog>,
): void {
  const using = async (bounds: LogBounds, run: (made: MadeLog) => Promise<void>) => {
    const made = await make(bounds)
    try {
      await run(made)
    } finally {
      await made.close?.()
    }
  }
  describe(`${name} is an EventLog that`, () => {
    order(using)
    refusals(using)
    bounds(using)
    wakes(using)
  })
}

type Using = (bounds: LogBounds, run: (made: MadeLog) => Promise<void>) => Promise<void>

function order(using: Using): void {
  it('numbers its events densely from 1 and gives them back in order', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 20 }), fc.nat(400), (data, maxBytes) =>
        using(WIDE, async ({ log }) => {
          const cursors = data.map((one) => log.append({ data: one }, one))
          expect(cursors.map(({ seq }) => seq)).toEqual(data.map((_, index) => index + 1))
          expect(log.head).toEqual({ epoch: log.epoch, seq: data.length })
          const seen = await readOn(log, 0, maxBytes)
          expect(seen.map(({ id }) => id)).toEqual(cursors.map(({ seq }) => `${log.epoch}.${seq}`))
          expect(seen.map(({ key }) => key)).toEqual(data)
        }),
      ),
      { numRuns: 60 },
    ))

  it('reads at most so many bytes, but always one event', () =>
    using(WIDE, async ({ log }) => {
      for (let count = 0; count < 3; count++) log.append({ data: 'x'.repeat(100) })
      const first = entriesOf(await log.read({ epoch: log.epoch, seq: 0 }, 1))
      expect(first.map(({ seq }) => seq)).toEqual([1])
      const size = first[0]?.bytes.byteLength ?? 0
      const two = entriesOf(await log.read({ epoch: log.epoch, seq: 0 }, size * 2))
      expect(two.map(({ seq }) => seq)).toEqual([1, 2])
    }))
}

function refusals(using: Using): void {
  it('tells a cursor of another life or of the future from one that has seen all', () =>
    using(WIDE, async ({ log }) => {
      log.append({ data: '1' })
      const { epoch } = log
      expect(await log.read({ epoch, seq: 1 }, ALL)).toEqual({ kind: 'empty' })
      expect(await log.read({ epoch, seq: 2 }, ALL)).toEqual({ kind: 'reset', reason: 'future' })
      const other = { epoch: `${epoch}x`, seq: 1 }
      expect(await log.read(other, ALL)).toEqual({ kind: 'reset', reason: 'epoch' })
    }))

  it('takes nothing after its end, and says so to readers who have seen all', () =>
    using(WIDE, async ({ log }) => {
      log.append({ data: '1' })
      log.end()
      log.end()
      expect(log.ended).toBe(true)
      expect(() => log.append({ data: '2' })).toThrow()
      expect(await readOn(log, 0, ALL)).toHaveLength(1)
      expect(await log.read(log.head, ALL)).toEqual({ kind: 'ended' })
    }))

  it('counts no event that can not be framed', () =>
    using(WIDE, async ({ log }) => {
      expect(() => log.append({ event: 'a\nb', data: '' })).toThrow(TypeError)
      expect(log.head.seq).toBe(0)
    }))
}

function bounds(using: Using): void {
  it('keeps no more entries than it may, and resets who needs the rest', () =>
    using({ ...WIDE, maxEntries: 3 }, async ({ log }) => {
      for (let count = 1; count <= 5; count++) log.append({ data: String(count) })
      const { epoch } = log
      expect(await log.read({ epoch, seq: 1 }, ALL)).toEqual({ kind: 'reset', reason: 'trimmed' })
      const kept = await readOn(log, 2, ALL)
      expect(kept.map(({ data }) => data)).toEqual(['3', '4', '5'])
    }))

  it('keeps no more bytes than it may, but always the newest', () =>
    using({ ...WIDE, maxBytes: 200 }, async ({ log }) => {
      for (let count = 0; count < 5; count++) log.append({ data: 'x'.repeat(60) })
      const { epoch } = log
      expect((await log.read({ epoch, seq: 1 }, ALL)).kind).toBe('reset')
      expect(await readOn(log, 3, ALL)).toHaveLength(2)
      log.append({ data: 'x'.repeat(1000) })
      expect(await readOn(log, 5, ALL)).toHaveLength(1)
    }))

  it('keeps nothing longer than it may', () =>
    using({ ...WIDE, maxAgeMs: 1000 }, async ({ log, advance }) => {
      log.append({ data: 'old' })
      await advance(800)
      log.append({ data: 'new' })
      await advance(800)
      const { epoch } = log
      expect(await log.read({ epoch, seq: 0 }, ALL)).toEqual({ kind: 'reset', reason: 'trimmed' })
      expect((await readOn(log, 1, ALL)).map(({ data }) => data)).toEqual(['new'])
      await advance(800)
      expect(await log.read({ epoch, seq: 2 }, ALL)).toEqual({ kind: 'empty' })
    }))
}

function wakes(using: Using): void {
  it('wakes its listeners at each event and at the end, until they stop', () =>
    using(WIDE, async ({ log }) => {
      let first = 0
      let second = 0
      const stop = log.onWake(() => first++)
      log.onWake(() => second++)
      log.append({ data: '1' })
      await expect.poll(() => [first, second]).toEqual([1, 1])
      stop()
      log.end()
      await expect.poll(() => [first, second]).toEqual([1, 2])
    }))
}

function entriesOf(result: ReadResult) {
  if (result.kind !== 'entries') throw new Error(`Expected entries, got ${result.kind}.`)
  return result.entries
}

/** Reads from `seq` until nothing is left, as a subscription does, and parses it. */
async function readOn(
  log: EventLog,
  seq: number,
  maxBytes: number,
): Promise<(EventSourceMessage & { key: string | undefined })[]> {
  const seen: (EventSourceMessage & { key: string | undefined })[] = []
  for (let cursor = { epoch: log.epoch, seq }; ; ) {
    const result = await log.read(cursor, maxBytes)
    if (result.kind === 'empty' || result.kind === 'ended') return seen
    for (const entry of entriesOf(result)) {
      const parser = createParser({ onEvent: (event) => seen.push({ ...event, key: entry.key }) })
      parser.feed(Buffer.from(entry.bytes).toString())
      cursor = { ...cursor, seq: entry.seq }
    }
    if (result.kind === 'entries') expect(result.next).toEqual(cursor)
  }
}
