import type { Cursor } from './types'

/** What an epoch may be written with: it travels in a header and in addresses. */
const EPOCH = /^[\w-]{1,64}$/
const TEXT = /^([\w-]{1,64})\.(0|[1-9]\d{0,14})$/

/** A cursor that no log can serve, so that its reader gets a reset. */
const UNKNOWN: Cursor = { epoch: '', seq: 0 }

/** Writes a cursor as an event id: `<epoch>.<seq>`. */
export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}.${cursor.seq}`
}

/** Reads `<epoch>.<seq>`; undefined when the text is anything else. */
export function parseCursor(text: string): Cursor | undefined {
  const [, epoch, seq] = TEXT.exec(text) ?? []
  return epoch && seq ? { epoch, seq: Number(seq) } : undefined
}

/**
 * The id of the last event that a client has seen: the header `Last-Event-ID`, else `lastEventId` in the query, which
 * the polyfill for old browsers adds when it reconnects, else our own `last_event_id`; undefined when there is none.
 * @see https://github.com/Yaffle/EventSource
 */
export function lastEventIdOf(request: Request): string | undefined {
  const query = new URL(request.url).searchParams
  return (
    request.headers.get('last-event-id') ||
    query.get('lastEventId') ||
    query.get('last_event_id') ||
    undefined
  )
}

/**
 * The cursor that a request resumes from, undefined when it brings no id. Text that no cursor is written like still shows that its sender has seen something:
 * it gets the cursor of an unknown epoch, and so a reset.
 */
export function requestedCursor(request: Request): Cursor | undefined {
  const text = lastEventIdOf(request)
  return text ? (parseCursor(text) ?? UNKNOWN) : undefined
}

/** A new life of a log: a cursor from another one never fits it. */
export function newEpoch(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 12)
}

/** @throws TypeError when an epoch could not be told apart from the rest of an id. */
export function checkEpoch(epoch: string): string {
  if (!EPOCH.test(epoch)) {
    throw new TypeError(
      `An epoch is 1 to 64 letters, digits, _ or -; it is ${JSON.stringify(epoch)}.`,
    )
  }
  return epoch
}
