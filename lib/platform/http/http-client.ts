import type { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Dispatcher, request } from 'undici'
import { unlessAborted } from '../abort'
import { AppError, errorCode } from '../errors'
import type { AddressPolicy } from './address-policy'
import { createDispatcher, type ProxySettings, proxyRefused } from './dispatcher'
import type { Headers } from './headers'

/** An address, and the one whose redirect led there; null when it was asked for itself. */
export type Place = { url: URL; from: URL | null }

/** What is asked besides the address. */
export type Ask = {
  headers?: Headers
  /** Ends the request, and later the body, with its reason. */
  signal: AbortSignal
  /** Milliseconds without a byte of the body after which it fails; as long as until a reply begins unless told. */
  stallMs?: number
}

/** A reply whose body has not been read: whoever gets it reads the body to its end, or destroys it. */
export type Reply = {
  status: number
  headers: Headers
  body: Readable
  /** Where it came from after all redirects. */
  place: Place
  /** The headers of the replies that redirected there, in order. */
  redirects: readonly Headers[]
  /** When the hub itself answered: whether it was sent the token. */
  hub: { hasToken: boolean } | null
}

const MAX_HOPS = 10
/** A redirect's body is read up to here, so that its connection can be used again; a longer one is cut. */
const MAX_DISMISSED_BYTES = 64 * 1024
/** Milliseconds that this may take: a new connection costs less. */
const DISMISS_MS = 1000
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Bytes of a body that wait for whoever reads it: fewer stop and start the connection too often. */
const BUFFER_BYTES = 256 * 1024
/** How a connection ends that the server closed while it was idle. */
const STALE = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/**
 * Asks other servers over HTTP/1.1: the only way out for files and for the hub's API. Each address is checked, redirects
 * included, and the hub's token goes to the hub's own origin and nowhere else.
 */
export class HttpClient {
  readonly #policy: AddressPolicy
  readonly #token: string | undefined
  readonly #timeoutMs: number
  readonly #dispatcher: Dispatcher

  /** @param options.timeoutMs how long a server may take until its reply begins, with connecting. */
  constructor(options: {
    policy: AddressPolicy
    token?: string
    timeoutMs: number
    proxy?: ProxySettings
  }) {
    this.#policy = options.policy
    this.#token = options.token
    this.#timeoutMs = options.timeoutMs
    this.#dispatcher = createDispatcher(options.policy, options.proxy ?? {})
  }

  /**
   * Sends a GET and follows its redirects.
   * @throws as `send`; AppError `redirect_loop`, `bad_reply`.
   */
  async get(place: Place, ask: Ask): Promise<Reply> {
    const redirects: Headers[] = []
    const seen = new Set<string>()
    for (let next = place; ; ) {
      const reply = await this.send(next, ask)
      const { location } = reply.headers
      if (!REDIRECTS.has(reply.status) || location === undefined) return { ...reply, redirects }
      await dismiss(reply)
      redirects.push(reply.headers)
      const { url } = next
      seen.add(url.href)
      if (!URL.canParse(location, url)) throw badRedirect(url)
      next = { url: new URL(location, url), from: url }
      if (seen.has(next.url.href) || seen.size > MAX_HOPS) throw redirectLoop(place.url)
    }
  }

  /**
   * Sends a GET and gives the reply, whatever it is. A connection that the server closed just when it was used again is
   * no fault of the server: the request is sent once more.
   * @throws AppError `address_refused`; the error of the connection, or the signal's reason.
   */
  async send(place: Place, ask: Ask): Promise<Reply> {
    this.#policy.check(place.url, place.from)
    try {
      return await this.#send(place, ask)
    } catch (error) {
      ask.signal.throwIfAborted()
      if (!STALE.has(errorCode(error) ?? '')) throw error
      return await this.#send(place, ask)
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy()
  }

  async #send(place: Place, { headers, signal, stallMs }: Ask): Promise<Reply> {
    // A connection whose reply has just ended can be used again from the next turn on.
    await nextTurn()
    signal.throwIfAborted()
    const { url } = place
    const stop = new AbortController()
    const abort = () => stop.abort(signal.reason)
    signal.addEventListener('abort', abort)
    // Of its own, because those of the library begin anew with each connection that is tried.
    const timer = setTimeout(() => stop.abort(noReply(url)), this.#timeoutMs)
    const sent = request(url, {
      dispatcher: this.#dispatcher,
      headers: { ...this.#headers(url), ...headers },
      signal: stop.signal,
      headersTimeout: 0,
      bodyTimeout: stallMs ?? this.#timeoutMs,
      highWaterMark: BUFFER_BYTES,
    })
    try {
      const reply = await unlessAborted(sent, stop.signal)
      // Whoever reads the body handles its errors; before that there may be nobody yet.
      reply.body.on('error', () => undefined)
      reply.body.once('close', () => signal.removeEventListener('abort', abort))
      const hub = this.#policy.isHub(url) ? { hasToken: this.#token !== undefined } : null
      const { statusCode: status, body } = reply
      return { status, headers: joined(reply.headers), body, place, redirects: [], hub }
    } catch (error) {
      signal.removeEventListener('abort', abort)
      // The library hears the signal only once there is a connection.
      sent.then(({ body }) => body.on('error', () => undefined).destroy()).catch(() => undefined)
      throw proxyError(error)
    } finally {
      clearTimeout(timer)
    }
  }

  #headers(url: URL): Headers {
    const token = this.#policy.isHub(url) ? this.#token : undefined
    return {
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'runnel',
      ...(token && { authorization: `Bearer ${token}` }),
    }
  }
}

/** @see RFC 9110, section 5.3 */
function joined(headers: Record<string, string | string[] | undefined>): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, String(value)]),
  )
}

/** Nobody wants this body, so it does not matter how it ends. One that drips would keep the reader from going on. */
async function dismiss({ body }: Reply): Promise<void> {
  let bytes = 0
  const late = setTimeout(() => body.destroy(), DISMISS_MS)
  try {
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > MAX_DISMISSED_BYTES) break
    }
  } catch {
    body.destroy()
  } finally {
    clearTimeout(late)
  }
}

/** How the library says that a proxy wants a password, where there is no tunnel. */
function proxyError(error: unknown): unknown {
  const refused = error instanceof Error && /^Proxy Auth.*\(407\)$/.test(error.message)
  return refused ? proxyRefused('The proxy', 407) : error
}

function noReply(url: URL): Error {
  return new Error(`${url.host} did not answer in time.`)
}

function badRedirect(url: URL): AppError {
  return new AppError(`${url.host} redirects to what is no address.`, {
    code: 'bad_reply',
    status: 502,
    hint: 'The server is set up wrongly. Check HF_ENDPOINT, or try again later.',
  })
}

function redirectLoop(url: URL): AppError {
  return new AppError(`${url.host} redirects in a circle.`, {
    code: 'redirect_loop',
    status: 502,
    hint: 'The server is set up wrongly. Check HF_ENDPOINT, or try again later.',
  })
}
