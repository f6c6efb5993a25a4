import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { type EventLog, type Source, SseServer, type SseServerOptions } from '@/lib/sse'
import type { SubscribeOptions } from '@/lib/sse/options'
import type { Timers } from '@/lib/sse/timers'

type Timer = { at: number; every: number | undefined; run: () => void }

/** Time that moves only when a test says so, and that knows how many timers run. */
export class ManualTimers implements Timers {
  #now = 1_000_000
  readonly #running = new Set<Timer>()
  random = () => 0.5

  get active(): number {
    return this.#running.size
  }

  now(): number {
    return this.#now
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: ms, run })
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: undefined, run })
  }

  /** Moves time on and runs what comes due, in order, letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at
      if (next.every === undefined) this.#running.delete(next)
      else next.at += next.every
      next.run()
      await settle()
    }
    this.#now = end
    await settle()
  }

  #next(end: number): Timer | undefined {
    return [...this.#running].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }

  #add(timer: Timer): () => void {
    this.#running.add(timer)
    return () => this.#running.delete(timer)
  }
}

/** Lets every promise that can settle without a timer settle. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A log that counts who listens to it. */
export function countingLog(log: EventLog): EventLog & { readonly listeners: number } {
  let listeners = 0
  return {
    epoch: log.epoch,
    get head() {
      return log.head
    },
    get ended() {
      return log.ended
    },
    get bytes() {
      return log.bytes
    },
    get listeners() {
      return listeners
    },
    append: (event, key) => log.append(event, key),
    end: () => log.end(),
    read: (cursor, maxBytes) => log.read(cursor, maxBytes),
    onWake(listener) {
      listeners += 1
      const stop = log.onWake(listener)
      return () => {
        listeners -= 1
        stop()
      }
    },
  }
}

/** A server with wide limits, unless told otherwise. */
export function makeServer(timers: Timers, options: Partial<SseServerOptions> = {}): SseServer {
  return new SseServer({
    maxSubscribers: 1000,
    maxPerClient: 1000,
    maxAgeMs: 3_600_000,
    stallMs: 30_000,
    reject: (scope, seconds) =>
      new Response(scope, { status: 503, headers: { 'Retry-After': String(seconds) } }),
    timers,
    ...options,
  })
}

/** A client as a browser is one: it parses, keeps the last event id, and comes back with it. */
export class TestClient {
  readonly events: EventSourceMessage[] = []
  readonly comments: string[] = []
  /** What of the stream has arrived on this connection. */
  text = ''
  /** Bytes of each chunk that was taken. */
  readonly chunks: number[] = []
  lastEventId: string | undefined
  retryMs: number | undefined
  request: Request | undefined
  response: Response | undefined
  closed = false
  /** What broke the stream, if anything did. */
  error: unknown
  /** Why the server closed its streams, in order. */
  readonly closings: string[] = []
  #controller = new AbortController()
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  #pending: Promise<void> | undefined
  #arrived: { chunk: Uint8Array | undefined } | undefined
  #feed: (chunk: Uint8Array) => void = () => {}

  async connect(
    sse: SseServer,
    source: Source,
    client = 'someone',
    options: Pick<SubscribeOptions, 'heartbeatMs'> = {},
  ): Promise<void> {
    this.#controller = new AbortController()
    const headers: HeadersInit =
      this.lastEventId === undefined ? {} : { 'Last-Event-ID': this.lastEventId }
    this.request = new Request('http://test/', { headers, signal: this.#controller.signal })
    const onClose = (reason: string) => this.closings.push(reason)
    this.response = await sse.subscribe(this.request, source, {
      client,
      name: 'test',
      onClose,
      ...options,
    })
    this.#reader = this.response.status === 200 ? this.response.body?.getReader() : undefined
    this.#pending = undefined
    this.#arrived = undefined
    this.closed = this.#reader === undefined
    const decoder = new TextDecoder()
    const parser = createParser({
      onEvent: (event) => {
        this.lastEventId = event.id ?? this.lastEventId
        this.events.push(event)
      },
      onComment: (comment) => this.comments.push(comment),
      onRetry: (ms) => {
        this.retryMs = ms
      },
    })
    this.text = ''
    this.#feed = (chunk) => {
      const text = decoder.decode(chunk, { stream: true })
      this.text += text
      parser.feed(text)
    }
  }

  get connected(): boolean {
    return this.#reader !== undefined && !this.closed
  }

  /** Asks for one chunk; false when none is there. `cut` keeps only so much of it, from 0 to 1, and hangs up. */
  async pull(cut?: number): Promise<boolean> {
    if (!this.#reader || this.closed) return false
    this.#pending ??= this.#reader.read().then(
      ({ value }) => {
        this.#arrived = { chunk: value }
      },
      (error: unknown) => {
        this.error = error
        this.#arrived = { chunk: undefined }
      },
    )
    await settle()
    const arrived = this.#arrived
    if (!arrived) return false
    this.#pending = undefined
    this.#arrived = undefined
    if (!arrived.chunk) {
      this.closed = true
      return false
    }
    this.chunks.push(arrived.chunk.byteLength)
    if (cut === undefined) this.#feed(arrived.chunk)
    else {
      this.#feed(arrived.chunk.subarray(0, Math.floor(cut * arrived.chunk.byteLength)))
      this.leave()
    }
    return true
  }

  /** Takes everything that is ready. */
  async pullAll(): Promise<void> {
    while (await this.pull()) {
      // Each pull has already done its work.
    }
  }

  /** Goes away as a closed tab does. */
  leave(): void {
    this.closed = true
    this.#controller.abort()
  }

  /** Goes away as a consumer of the body does. */
  async cancel(): Promise<void> {
    this.closed = true
    await this.#reader?.cancel()
  }
}
