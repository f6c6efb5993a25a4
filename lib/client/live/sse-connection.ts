import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { ClientError } from '../client-error'
import { backoffMs, type Clock } from './clock'

/** One event of a stream, with the id that its connection would resume from. */
export type StreamEvent = { event: string; data: string; id: string | undefined }

/** How a connection is. Times are ms since 1970. */
export type ConnectionStatus =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** The next attempt comes at `at`; nothing has come since `since`. */
  | { kind: 'reconnecting'; at: number; since: number }
  /** The stream is over: nothing more will come. */
  | { kind: 'ended' }
  /** The server refuses, and asking again would not help. */
  | { kind: 'refused'; since: number; status: number; message: string; hint: string | null }

type Options = {
  url: string
  fetch: typeof fetch
  clock: Clock
  onEvent: (event: StreamEvent) => void
  onStatus: (status: ConnectionStatus) => void
  /** Called for everything that arrives, comments too: the server is there. */
  onSign?: () => void
  /** Ms without a byte after which the connection counts as dead; the server writes at least every 15 s. */
  silenceMs?: number
}

const RETRY_MS = 1000
const SILENCE_MS = 40_000

/**
 * A Server-Sent Events connection that comes back by itself, from the event it saw last.
 * Unlike EventSource it sees comments, and so notices a dead peer; it reads status codes and
 * `Retry-After`, and it can be woken when the network or the laptop is.
 */
export class SseConnection {
  #lastId: string | undefined
  #retryMs = RETRY_MS
  #attempt = 0
  #lastSignAt = 0
  #abort: AbortController | null = null
  #cancelTimer: () => void = () => {}
  #waiting = false
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Connects, after `lastEventId` when there is one. */
  start(lastEventId?: string): void {
    this.stop()
    this.#lastId = lastEventId
    this.#attempt = 0
    this.#lastSignAt = this.#options.clock.now()
    this.#options.onStatus({ kind: 'connecting' })
    void this.#connect()
  }

  /** Closes; nothing is reported after it. */
  stop(): void {
    this.#abort?.abort()
    this.#abort = null
    this.#waiting = false
    this.#cancelTimer()
  }

  /** The network or the machine came back: try now instead of later, and doubt a connection that is silent. */
  wake(): void {
    if (this.#waiting) this.#retryNow()
    else if (this.#abort && this.#silence() > this.#silenceMs / 2) this.#reconnect()
  }

  get #silenceMs(): number {
    return this.#options.silenceMs ?? SILENCE_MS
  }

  #silence(): number {
    return this.#options.clock.now() - this.#lastSignAt
  }

  #retryNow(): void {
    this.#cancelTimer()
    this.#waiting = false
    void this.#connect()
  }

  async #connect(): Promise<void> {
    const abort = new AbortController()
    this.#abort = abort
    this.#watch()
    try {
      const response = await this.#request(abort.signal)
      if (abort.signal.aborted) return
      if (response.status === 204) return this.#finish({ kind: 'ended' })
      if (!response.ok || !response.body) return await this.#refuse(response, abort.signal)
      this.#sign()
      this.#options.onStatus({ kind: 'live' })
      await this.#read(response.body, abort.signal)
      if (!abort.signal.aborted) this.#reconnect()
    } catch {
      // Whatever broke it, the answer is the same; what was ours has aborted its signal.
      if (!abort.signal.aborted) this.#reconnect()
    }
  }

  #request(signal: AbortSignal): Promise<Response> {
    const headers = new Headers({ Accept: 'text/event-stream' })
    if (this.#lastId !== undefined) headers.set('Last-Event-ID', this.#lastId)
    return this.#options.fetch(this.#options.url, { headers, signal, cache: 'no-store' })
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    const parser = createParser({
      // A listener may stop the connection in the middle of what came at once.
      onEvent: (event) => !signal.aborted && this.#receive(event),
      onRetry: (ms) => {
        this.#retryMs = ms
      },
    })
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || signal.aborted) return
      this.#sign()
      parser.feed(decoder.decode(value, { stream: true }))
    }
  }

  #receive({ id, event, data }: EventSourceMessage): void {
    if (id !== undefined) this.#lastId = id
    this.#attempt = 0
    this.#options.onEvent({ event: event ?? 'message', data, id: this.#lastId })
  }

  #sign(): void {
    this.#lastSignAt = this.#options.clock.now()
    this.#watch()
    this.#options.onSign?.()
  }

  #watch(): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#options.clock.after(this.#silenceMs, () => this.#reconnect())
  }

  async #refuse(response: Response, signal: AbortSignal): Promise<void> {
    const error = await ClientError.fromResponse(response)
    if (signal.aborted) return
    const passes = response.status === 429 || response.status >= 500
    if (passes) this.#reconnect(error.retryAfter && error.retryAfter * 1000)
    else this.#finish(refusal(error, this.#lastSignAt))
  }

  #reconnect(leastMs = 0): void {
    this.stop()
    const { clock } = this.#options
    const delay = Math.max(leastMs, backoffMs(this.#attempt, this.#retryMs, clock.random))
    this.#attempt += 1
    this.#waiting = true
    this.#options.onStatus({
      kind: 'reconnecting',
      at: clock.now() + delay,
      since: this.#lastSignAt,
    })
    this.#cancelTimer = clock.after(delay, () => this.#retryNow())
  }

  #finish(status: ConnectionStatus): void {
    this.stop()
    this.#options.onStatus(status)
  }
}

/** Tabs pass statuses on as plain data, so the error is taken apart. */
function refusal({ status, message, hint }: ClientError, since: number): ConnectionStatus {
  return { kind: 'refused', since, status, message, hint }
}

/**
 * What an event of this server carries, as the schema of its name has it; undefined when the text is no JSON object.
 * The page and the server are of one build, so what the type promises is what comes.
 */
export function eventData<T extends object>(json: string): T | undefined {
  try {
    const value = JSON.parse(json)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
