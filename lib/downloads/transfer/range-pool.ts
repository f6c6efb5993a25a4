import type { LookupFunction } from 'node:net'
import { RangeConnection, type RangeReply } from './range-connection'

const MAX_IDLE = 16

/** Connections for ranges that are kept open from one request to the next, by the origin that they lead to. */
export class RangePool {
  readonly #idle = new Map<string, RangeConnection[]>()
  readonly #lookupFor: (url: URL) => LookupFunction
  readonly #timeoutMs: number

  /** @param timeoutMs how long a server may take until its reply begins. */
  constructor(lookupFor: (url: URL) => LookupFunction, timeoutMs: number) {
    this.#lookupFor = lookupFor
    this.#timeoutMs = timeoutMs
  }

  /** Sends a GET. @throws the error of the connection, or the signal's reason. */
  async ask(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<RangeReply> {
    const head = requestHead(url, headers)
    const used = this.#take(url.origin)
    try {
      if (used) return await this.#askOn(used, url, head, signal)
    } catch (error) {
      signal.throwIfAborted()
      // The server closed it while it was idle: that says nothing about the next one.
      if (used?.heard) throw error
    }
    return this.#askOn(new RangeConnection(url, this.#lookupFor(url)), url, head, signal)
  }

  /** Closes what is idle. */
  close(): void {
    for (const connections of this.#idle.values())
      for (const connection of connections) connection.destroy()
    this.#idle.clear()
  }

  #take(origin: string): RangeConnection | undefined {
    const connections = this.#idle.get(origin) ?? []
    for (let last = connections.pop(); last; last = connections.pop()) if (last.free) return last
    return undefined
  }

  async #askOn(connection: RangeConnection, url: URL, head: string, signal: AbortSignal) {
    signal.throwIfAborted()
    const stop = () => connection.destroy(signal.reason)
    const release = () => {
      signal.removeEventListener('abort', stop)
      if (connection.free) this.#keep(url.origin, connection)
    }
    signal.addEventListener('abort', stop)
    const timer = setTimeout(() => connection.destroy(noReply(url)), this.#timeoutMs)
    try {
      const reply = await connection.ask(head)
      if (reply.body) {
        reply.body.on('end', release)
        reply.body.on('close', release)
      } else release()
      return reply
    } catch (error) {
      release()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #keep(origin: string, connection: RangeConnection): void {
    const connections = this.#idle.get(origin) ?? []
    if (connections.length < MAX_IDLE) {
      connection.rest()
      this.#idle.set(origin, [...connections, connection])
    } else connection.destroy()
  }
}

/** A server let the time pass in which its reply has to begin. */
export function noReply(url: URL): Error {
  return new Error(`${url.host} did not answer in time.`)
}

/** The head of a GET (RFC 9112, section 3). A URL holds no character that could end a line. */
function requestHead(url: URL, headers: Record<string, string>): string {
  const lines = Object.entries({ Host: url.host, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}
