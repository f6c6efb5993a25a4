import type { Entry, SseEvent, SseFrame } from './types'

const encoder = new TextEncoder()

/** The three line ends of the standard. CRLF comes first, or it would count as two. */
const LINE_END = /\r\n|\r|\n/
const UNSAFE = /[\r\n\0]/

/**
 * Encodes one event as a frame of the HTML standard's `text/event-stream`, in UTF-8.
 *
 * A parser gives back the same `event`, `id` and `data`, except for what the format itself can't carry:
 * every line end in `data` comes back as LF, a lone surrogate as U+FFFD, and an empty `event` is none.
 *
 * @throws TypeError when `event` or `id` holds CR, LF or NUL: they would end the field and start another.
 */
export function encodeEvent(event: SseEvent, id?: string): Uint8Array {
  const name = event.event ? `event: ${singleLine('event', event.event)}\n` : ''
  const data = event.data
    .split(LINE_END)
    .map((line) => `data: ${line}\n`)
    .join('')
  return encoder.encode(`${name}${id === undefined ? '' : idLine(id)}${data}\n`)
}

/**
 * Encodes an event, or a comment: bytes that keep proxies from closing a stream, and that no listener sees. No blank
 * line follows a comment. There are clients, OpenAI's for Python among them, to which every blank line is an event as
 * soon as there has been a `retry` or an id.
 *
 * @throws TypeError as `encodeEvent`.
 */
export function encodeFrame(frame: SseFrame, id?: string): Uint8Array {
  if (!('comment' in frame)) return encodeEvent(frame, id)
  const line = `: ${singleLine('comment', frame.comment)}\n`
  return encoder.encode(`${id === undefined ? '' : idLine(id)}${line}`)
}

/** A frame that moves the client's last event id and dispatches no event. */
export function encodeId(id: string): Uint8Array {
  return encoder.encode(`${idLine(id)}\n`)
}

/** The first bytes of a stream: how many ms a client waits before it reconnects, and a comment. */
export function encodeOpening(retryMs: number): Uint8Array {
  return encoder.encode(`retry: ${Math.round(retryMs)}\n: open\n`)
}

/** Puts frames into one chunk. A single one is passed on without a copy. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only && parts.length === 1) return only
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.byteLength
  }
  return joined
}

/** Bytes that a subscriber may have in flight; a single larger event goes alone. */
export const MAX_BATCH_BYTES = 64 * 1024

/**
 * Joins entries into one chunk. Readers that keep up read the same array of entries from their log, and then they
 * share the joined bytes too: a thousand of them cost one copy.
 */
export class Batches {
  readonly #joined = new WeakMap<readonly Entry[], Uint8Array>()

  join(entries: readonly Entry[]): Uint8Array {
    const known = this.#joined.get(entries)
    if (known) return known
    const joined = joinBytes(entries.map((entry) => entry.bytes))
    this.#joined.set(entries, joined)
    return joined
  }
}

function idLine(id: string): string {
  return `id: ${singleLine('id', id)}\n`
}

function singleLine(field: string, text: string): string {
  if (UNSAFE.test(text)) {
    throw new TypeError(
      `The ${field} of an event must not hold CR, LF or NUL; it is ${JSON.stringify(text)}.`,
    )
  }
  return text
}
