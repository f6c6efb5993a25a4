import { request } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Tls } from './nginx'

/** A server, or what stands in front of it. */
export type Target = { url: string; key: string; tls?: Tls; host?: string }

export type RawRequest = {
  path: string
  method?: string
  body?: object
  headers?: Record<string, string>
}

/** A stream on a connection of its own, read as a client reads it that may be cut at any byte. */
export class RawStream {
  status = 0
  headers: NodeJS.Dict<string | string[]> = {}
  text = ''
  readonly events: EventSourceMessage[] = []
  private readonly parser = createParser({ onEvent: (event) => this.events.push(event) })
  private readonly listeners = new Set<() => void>()
  private readonly socket
  ended = false

  /** @param cutAfter bytes of the body after which the connection is cut */
  constructor(server: Target, options: RawRequest, cutAfter = Number.POSITIVE_INFINITY) {
    let left = cutAfter
    const { tls, host = tls?.servername } = server
    this.socket = (tls ? tlsRequest : request)(new URL(options.path, server.url), {
      ...tls,
      method: options.method ?? (options.body ? 'POST' : 'GET'),
      agent: false,
      headers: {
        ...(host && { host }),
        authorization: `Bearer ${server.key}`,
        'content-type': 'application/json',
        ...options.headers,
      },
    })
    this.socket.on('response', (response) => {
      this.status = response.statusCode ?? 0
      this.headers = response.headers
      const decoder = new TextDecoder()
      response.on('data', (chunk: Buffer) => {
        const part = decoder.decode(chunk.subarray(0, left), { stream: true })
        left -= chunk.byteLength
        this.text += part
        this.parser.feed(part)
        if (left <= 0) this.leave()
        this.tell()
      })
      response.on('close', () => this.finish())
      response.on('error', () => this.finish())
      this.tell()
    })
    this.socket.on('error', () => this.finish())
    this.socket.end(options.body ? JSON.stringify(options.body) : undefined)
  }

  /** The id that a browser would come back with. */
  get lastEventId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id
  }

  /** The tokens of `/v1/infer`, put together. */
  get tokens(): string {
    return this.events
      .filter(({ event, data }) => event === undefined && data !== '[DONE]')
      .map(({ data }): string => JSON.parse(data).token)
      .join('')
  }

  /** Resolves when `ready` holds, or the stream is over. */
  async when(ready: (stream: this) => boolean): Promise<this> {
    while (!this.ended && !ready(this))
      await new Promise<void>((resolve) => {
        this.listeners.add(resolve)
      })
    return this
  }

  /** Resolves at the end of the stream. */
  done(): Promise<this> {
    return this.when(() => false)
  }

  /** Goes away, as a closed tab does. */
  leave(): void {
    this.socket.destroy()
  }

  private finish(): void {
    this.ended = true
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
    this.listeners.clear()
  }
}
