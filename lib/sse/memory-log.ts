import { checkEpoch, formatCursor, newEpoch } from './cursor'
import { encodeFrame } from './frames'
import type { Cursor, Entry, EventLog, ReadResult, SseFrame } from './types'

export type MemoryLogOptions = {
  /** Default: a new random one. */
  epoch?: string
  /** Entries kept at most. */
  maxEntries: number
  /** Bytes kept at most; the newest entry is kept even if it is larger. */
  maxBytes: number
  /** Milliseconds that an entry is kept at most. */
  maxAgeMs: number
  /** Milliseconds since 1970. */
  clock?: () => number
}

type Memo = { seq: number; maxBytes: number; result: ReadResult }

/** An EventLog in the memory of this process. */
export class MemoryLog implements EventLog {
  readonly epoch: string
  readonly #options: MemoryLogOptions
  readonly #clock: () => number
  readonly #listeners = new Set<() => void>()
  /** Entries before `#start` are trimmed; they leave the array together, so that trimming one costs O(1). */
  #entries: (Entry | undefined)[] = []
  #start = 0
  #bytes = 0
  #seq = 0
  #ended = false
  #memo: Memo | undefined

  constructor(options: MemoryLogOptions) {
    this.epoch = checkEpoch(options.epoch ?? newEpoch())
    this.#options = options
    this.#clock = options.clock ?? Date.now
  }

  get head(): Cursor {
    return { epoch: this.epoch, seq: this.#seq }
  }

  get ended(): boolean {
    return this.#ended
  }

  get bytes(): number {
    return this.#bytes
  }

  append(frame: SseFrame, key?: string): Cursor {
    if (this.#ended) throw new Error('The log has ended: nothing can be appended to it.')
    const cursor = { epoch: this.epoch, seq: this.#seq + 1 }
    const bytes = encodeFrame(frame, formatCursor(cursor))
    this.#seq = cursor.seq
    this.#bytes += bytes.byteLength
    this.#memo = undefined
    this.#entries.push({ seq: cursor.seq, key, at: this.#clock(), bytes })
    this.#trim()
    this.#wake()
    return cursor
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#wake()
  }

  read(cursor: Cursor, maxBytes: number): ReadResult {
    if (cursor.epoch !== this.epoch) return { kind: 'reset', reason: 'epoch' }
    if (cursor.seq > this.#seq) return { kind: 'reset', reason: 'future' }
    if (cursor.seq === this.#seq) return { kind: this.#ended ? 'ended' : 'empty' }
    this.#trim()
    if (cursor.seq < this.#seq - this.#count()) return { kind: 'reset', reason: 'trimmed' }
    return this.#slice(cursor.seq, maxBytes)
  }

  onWake(listener: () => void): () => void {
    // A wrapper of its own, so that two calls with one function are two registrations.
    const entry = () => listener()
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  /** Readers at the same position get the same array, so that what is made from it can be shared too. */
  #slice(seq: number, maxBytes: number): ReadResult {
    const memo = this.#memo
    if (memo && memo.seq === seq && memo.maxBytes === maxBytes) return memo.result
    const entries: Entry[] = []
    let size = 0
    for (let index = this.#entries.length - (this.#seq - seq); ; index++) {
      const entry = this.#entries[index]
      if (!entry) break
      size += entry.bytes.byteLength
      if (entries.length > 0 && size > maxBytes) break
      entries.push(entry)
    }
    const next = { epoch: this.epoch, seq: seq + entries.length }
    const result: ReadResult = { kind: 'entries', entries, next }
    this.#memo = { seq, maxBytes, result }
    return result
  }

  #count(): number {
    return this.#entries.length - this.#start
  }

  #trim(): void {
    const { maxEntries, maxBytes, maxAgeMs } = this.#options
    const oldest = this.#clock() - maxAgeMs
    for (let first = this.#entries[this.#start]; first; first = this.#entries[this.#start]) {
      const over = this.#count() > maxEntries || (this.#bytes > maxBytes && this.#count() > 1)
      if (!over && first.at >= oldest) break
      this.#bytes -= first.bytes.byteLength
      this.#entries[this.#start] = undefined
      this.#start += 1
      this.#memo = undefined
    }
    if (this.#start > 32 && this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start)
      this.#start = 0
    }
  }

  #wake(): void {
    for (const listener of this.#listeners) listener()
  }
}
