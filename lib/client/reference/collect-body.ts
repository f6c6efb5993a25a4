import { createParser } from 'eventsource-parser'
import { parseJson } from './filled-call'

/** One event of a stream, and how many ms after the call was sent it came. */
export type RunEvent = {
  number: number
  atMs: number
  name: string
  id: string | undefined
  data: string
}

/** What has come of an answer so far. */
export type RunBody =
  | { kind: 'text'; text: string; cut: boolean }
  /** The newest events, of `count` in all. */
  | { kind: 'events'; events: readonly RunEvent[]; count: number }

/** Takes what has come, and gives the body so far. */
type Collector = (bytes: Uint8Array) => RunBody

/** More than anybody reads. */
const MAX_EVENTS = 500
const MAX_CHARACTERS = 200_000

/** What collects the body of an answer: event by event when it is a stream. @param elapsed ms since it was sent. */
export function collectorFor(response: Response, elapsed: () => number): Collector {
  const type = response.headers.get('content-type') ?? ''
  return type.startsWith('text/event-stream') ? collectEvents(elapsed) : collectText()
}

function collectEvents(elapsed: () => number): Collector {
  let events: readonly RunEvent[] = []
  let count = 0
  const decoder = new TextDecoder()
  const parser = createParser({
    onEvent: ({ event = 'message', id, data }) => {
      count += 1
      const one = { number: count, atMs: elapsed(), name: event, id, data }
      events = [...events.slice(1 - MAX_EVENTS), one]
    },
  })
  return (bytes) => {
    parser.feed(decoder.decode(bytes, { stream: true }))
    return { kind: 'events', events, count }
  }
}

function collectText(): Collector {
  let text = ''
  const decoder = new TextDecoder()
  return (bytes) => {
    const room = MAX_CHARACTERS + 1 - text.length
    text += decoder.decode(bytes, { stream: true }).slice(0, Math.max(0, room))
    return { kind: 'text', text: text.slice(0, MAX_CHARACTERS), cut: text.length > MAX_CHARACTERS }
  }
}

/** A text as it is best read: JSON with its structure shown, everything else as it is. */
export function readable(text: string): string {
  const value = parseJson(text)
  return value === undefined ? text : JSON.stringify(value, null, 2)
}
