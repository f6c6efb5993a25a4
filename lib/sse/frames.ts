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

/** The headers of every event stream. */
export const SSE_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // no-transform also keeps a compressing proxy, or Next itself, from holding frames back.
  'Cache-Control': 'no-cache, no-transform',
  // No `Connection: close`: with it, the fetch of Node 20 takes the end of the socket for the end of the body, so that
  // half an answer of a server that was killed passes for a whole one.
  'X-Accel-Buffering': 'no',
} as const

type StreamBody = {
  body: ReadableStream<Uint8Array>
  /** Ends the body at once. May be called more than once, and after the client has gone. */
  end(): void
}

/**
 * Adapts pulled chunks to a body that a Response takes. Nothing is made ahead of what is asked for: the platform's
 * default of one chunk in reserve would be one chunk of memory for each reader.
 *
 * @param onCancel The client has gone. It may never be called, so the request's signal must be watched as well.
 */
export function streamBody(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  onCancel: () => void,
): StreamBody {
  let open = true
  let end = () => {}
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        end = () => {
          if (open) controller.close()
          open = false
        }
      },
      async pull(controller) {
        const next = await chunks.next()
        if (!open) return
        if (next.done) end()
        else controller.enqueue(next.value)
      },
      cancel() {
        open = false
        onCancel()
      },
    },
    { highWaterMark: 0 },
  )
  return { body, end: () => end() }
}
