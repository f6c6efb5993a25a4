import { createParser } from 'eventsource-parser'
import type { TestServer } from './server'
import { until } from './until'

/** One event as a client gets it. */
export type ReadEvent = { id: string | undefined; event: string; data: Record<string, unknown> }

/** A client of an event stream: collects events until it is closed or the stream ends. */
export class ProgressReader {
  readonly events: ReadEvent[] = []
  ended = false
  status = 0
  readonly #stop = new AbortController()

  constructor(server: TestServer, path: string, lastEventId?: string) {
    void this.#read(server, path, lastEventId)
  }

  /** The events of one kind. */
  of(event: string): ReadEvent[] {
    return this.events.filter((each) => each.event === event)
  }

  /** Waits until an event of this kind has come, and gives it. */
  waitFor(event: string): Promise<ReadEvent> {
    return until(() => this.of(event)[0], `the event ${event}`)
  }

  close(): void {
    this.#stop.abort()
  }

  async #read(server: TestServer, path: string, lastEventId?: string): Promise<void> {
    const parser = createParser({
      onEvent: ({ id, event = 'message', data }) =>
        this.events.push({ id, event, data: JSON.parse(data) }),
    })
    try {
      const headers = new Headers()
      if (lastEventId !== undefined) headers.set('last-event-id', lastEventId)
      const response = await server.fetch(path, { headers, signal: this.#stop.signal })
      this.status = response.status
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? [])
        parser.feed(decoder.decode(chunk, { stream: true }))
    } catch (error) {
      // A stream that is cut, by us or by a server that dies, just ends.
      if (!(error instanceof Error)) throw error
    }
    this.ended = true
  }
}
