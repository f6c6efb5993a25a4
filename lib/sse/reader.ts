import { formatCursor } from './cursor'
import { type Batches, encodeEvent, encodeId, joinBytes, MAX_BATCH_BYTES } from './frames'
import {
  type Cursor,
  type Entry,
  IDLE,
  OVER,
  type ResetReason,
  type Snapshot,
  type Source,
  type SseEvent,
  type Step,
} from './types'

type Backlog = { cursor: Cursor; events: readonly SseEvent[]; index: number; ownId: boolean }

/**
 * A position in a source, and what comes after it: the state first where a cursor is missing or can't be served,
 * then the log. It holds no queue; what it has not been asked for stays in the log.
 */
export class Reader {
  readonly #source: Source
  readonly #batches: Batches
  /** What the log had when this reader came. */
  readonly #headAtStart: number
  #cursor: Cursor | undefined
  /** The position that the client knows from the ids it was sent. */
  #told: number
  #backlog: Backlog | undefined
  #held: Step | undefined
  #over = false

  constructor(source: Source, batches: Batches, cursor: Cursor | undefined) {
    this.#source = source
    this.#headAtStart = source.log.head.seq
    this.#batches = batches
    this.#cursor = cursor
    this.#told = cursor?.seq ?? 0
  }

  /** Events in the log that this reader has not read. */
  get lag(): number {
    return Math.max(0, this.#source.log.head.seq - (this.#cursor?.seq ?? 0))
  }

  /** Whether it has given all that there is, and more may come: then the log says when. */
  get isAtHead(): boolean {
    if (this.#over || this.#held || this.#backlog || !this.#cursor) return false
    const { log, finished } = this.#source
    return this.#cursor.seq === log.head.seq && !log.ended && !finished?.()
  }

  /** Finds out what comes first without giving it away: `next` gives it again. */
  async peek(): Promise<Step> {
    const step = await this.next()
    // "Nothing yet" may be wrong a moment later, so only a batch is kept.
    if (step.kind === 'batch') this.#held = step
    return step
  }

  /** The next chunk. Call it again only when the chunk before has been taken. */
  async next(): Promise<Step> {
    const held = this.#held
    if (held) {
      this.#held = undefined
      return held
    }
    if (this.#over) return OVER
    if (!this.#cursor) return this.#begin()
    if (this.#backlog) return this.#nextOfBacklog(this.#backlog, [])
    return this.#nextOfLog(this.#cursor)
  }

  /**
   * A frame that tells the client a position it has passed without seeing an event, because a filter hid them.
   * Without it, a quiet reader of a busy log would come back with a cursor that is long trimmed.
   */
  takeSkipped(): Uint8Array | undefined {
    if (!this.#cursor || this.#backlog || this.#cursor.seq === this.#told) return undefined
    this.#told = this.#cursor.seq
    return encodeId(formatCursor(this.#cursor))
  }

  async #begin(): Promise<Step> {
    const { log, snapshot } = this.#source
    if (!snapshot) {
      this.#cursor = { epoch: log.epoch, seq: 0 }
      return this.#nextOfLog(this.#cursor)
    }
    return this.#nextOfBacklog(this.#enter(await snapshot(), true), [])
  }

  async #nextOfLog(from: Cursor): Promise<Step> {
    for (let cursor = from; ; ) {
      // Asked before the read: what was appended before it became true is then surely read.
      const finished = this.#source.finished?.() ?? false
      const result = await this.#source.log.read(cursor, MAX_BATCH_BYTES)
      switch (result.kind) {
        case 'empty':
          return finished ? this.#end() : IDLE
        case 'ended':
          return this.#end()
        case 'reset':
          return this.#reset(result.reason)
        case 'entries': {
          cursor = result.next
          this.#cursor = cursor
          const step = this.#visible(result.entries)
          if (step) return step
        }
      }
    }
  }

  #visible(all: readonly Entry[]): Step | undefined {
    const { filter, isLast } = this.#source
    const seen = filter ? all.filter((entry) => filter(entry.key)) : all
    const last = isLast ? seen.findIndex((entry) => isLast(entry)) : -1
    if (last >= 0) this.#over = true
    // The array of the log itself is kept where nothing is left out: its joined bytes are shared.
    const sent =
      last >= 0 && last < seen.length - 1
        ? seen.slice(0, last + 1)
        : seen.length === all.length
          ? all
          : seen
    const newest = sent.at(-1)
    if (!newest) return undefined
    this.#told = newest.seq
    const replayed = this.#replayedOf(sent)
    const publishedAt = sent[replayed]?.at
    return {
      kind: 'batch',
      bytes: this.#batches.join(sent),
      events: sent.length,
      replayed,
      publishedAt,
    }
  }

  #replayedOf(sent: readonly Entry[]): number {
    if ((sent[0]?.seq ?? 0) > this.#headAtStart) return 0
    const first = sent.findIndex(({ seq }) => seq > this.#headAtStart)
    return first < 0 ? sent.length : first
  }

  async #reset(reason: ResetReason): Promise<Step> {
    const state = await this.#resetState(reason)
    const id = formatCursor(state.cursor)
    const frame = encodeEvent({ event: 'reset', data: state.data }, id)
    const step = this.#nextOfBacklog(this.#enter(state, false), [frame])
    return step.kind === 'batch' ? { ...step, reset: reason } : step
  }

  async #resetState(reason: ResetReason): Promise<Snapshot & { data: string }> {
    const { log, reset, snapshot } = this.#source
    if (reset) return reset(reason)
    const state = snapshot ? await snapshot() : { cursor: log.head, events: [] }
    return { ...state, data: JSON.stringify({ reason }) }
  }

  #enter(state: Snapshot, ownId: boolean): Backlog {
    this.#cursor = state.cursor
    this.#told = state.cursor.seq
    this.#backlog = { cursor: state.cursor, events: state.events, index: 0, ownId }
    return this.#backlog
  }

  /**
   * The next events of a state, encoded only now. The cursor goes with the last of them, so that a client which is
   * cut before it asks for the state again; with no events it goes alone.
   */
  #nextOfBacklog(backlog: Backlog, first: readonly Uint8Array[]): Step {
    const { cursor, events, ownId } = backlog
    const id = formatCursor(cursor)
    const frames = [...first]
    if (ownId && events.length === 0) frames.push(encodeId(id))
    let size = frames.reduce((sum, frame) => sum + frame.byteLength, 0)
    for (let event = events[backlog.index]; event; event = events[backlog.index]) {
      const isLast = backlog.index === events.length - 1
      const frame = encodeEvent(event, ownId && isLast ? id : undefined)
      if (frames.length > 0 && size + frame.byteLength > MAX_BATCH_BYTES) break
      frames.push(frame)
      size += frame.byteLength
      backlog.index += 1
    }
    if (backlog.index >= events.length) this.#backlog = undefined
    return { kind: 'batch', bytes: joinBytes(frames), events: frames.length }
  }

  #end(): Step {
    this.#over = true
    return OVER
  }
}
