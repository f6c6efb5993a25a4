import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Range } from './range-plan'

const ranges = z.array(z.tuple([z.number().int().min(0), z.number().int().min(0)]))

const record = z.discriminatedUnion('type', [
  /** Which file the partial is of: the first record. */
  z.object({
    type: z.literal('file'),
    identity: z.string(),
    size: z.number().int().min(0).nullable(),
  }),
  /** A process went on with it; `boot` names the run of the operating system, null when unknown. */
  z.object({ type: z.literal('opened'), boot: z.string().nullable() }),
  /** The validator with which the bytes come, and the bytes of the whole file where the server said them. */
  z.object({
    type: z.literal('validator'),
    value: z.string(),
    size: z.number().int().min(0).optional(),
  }),
  /** All that was handed to the operating system: survives the death of the process, not of the machine. */
  z.object({ type: z.literal('written'), ranges }),
  /** All that is on the disk, fsync included. */
  z.object({ type: z.literal('synced'), ranges }),
  /** The whole file was hashed, with this result. */
  z.object({ type: z.literal('verified'), sha256: z.string() }),
])

export type JournalRecord = z.infer<typeof record>

/** What a journal says about its partial file. */
export type JournalState = {
  /** Names the content: two partial files with different identities never mix. */
  identity: string
  /** Bytes of the whole file; null when nobody said. */
  size: number | null
  written: readonly Range[]
  synced: readonly Range[]
  validator: string | null
  sha256: string | null
}

const CHECKSUM_CHARS = 12

/** One line: a checksum, a space, the record as JSON. */
export function encodeRecord(entry: JournalRecord): string {
  const json = JSON.stringify(entry)
  return `${checksum(json)} ${json}\n`
}

/**
 * Reads a journal. A line that was torn by a crash, and everything after it, counts as never written.
 * @param boot the current run of the operating system: bytes that an earlier one had only in memory are not trusted.
 * @returns null when not even the first line is whole.
 */
export function decodeJournal(text: string, boot: string | null): JournalState | null {
  let state: JournalState | null = null
  let writtenIn: string | null = null
  for (const entry of wholeRecords(text)) {
    if (entry.type === 'file') {
      const { identity, size } = entry
      state = { identity, size, written: [], synced: [], validator: null, sha256: null }
    } else if (!state) return null
    else if (entry.type === 'opened') {
      if (entry.boot === null || entry.boot !== writtenIn) state.written = state.synced
      writtenIn = entry.boot
    } else apply(state, entry)
  }
  if (state && (boot === null || boot !== writtenIn)) state.written = state.synced
  return state
}

type StateRecord = Exclude<JournalRecord, { type: 'file' | 'opened' }>

function apply(state: JournalState, entry: StateRecord): void {
  switch (entry.type) {
    case 'validator':
      state.validator = entry.value
      state.size = entry.size ?? state.size
      return
    case 'written':
      state.written = toRanges(entry.ranges)
      return
    case 'synced':
      state.synced = toRanges(entry.ranges)
      return
    case 'verified':
      state.sha256 = entry.sha256
  }
}

function* wholeRecords(text: string): Generator<JournalRecord> {
  let at = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
    const line = text.slice(at, end)
    const json = line.slice(CHECKSUM_CHARS + 1)
    if (line.slice(0, CHECKSUM_CHARS) !== checksum(json)) return
    const parsed = record.safeParse(parseJson(json))
    if (!parsed.success) return
    yield parsed.data
    at = end + 1
  }
}

/** Undefined for what is no JSON, which no record is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Ranges as the records hold them. */
export function toTuples(list: readonly Range[]): [number, number][] {
  return list.map(({ start, end }) => [start, end])
}

function toRanges(tuples: readonly [number, number][]): Range[] {
  return tuples.map(([start, end]) => ({ start, end }))
}

function checksum(text: string): string {
  return createHash('sha1').update(text).digest('hex').slice(0, CHECKSUM_CHARS)
}
