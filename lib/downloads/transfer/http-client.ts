import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { AppError } from '@/lib/errors'
import type { HubSubject } from '../hub-errors'
import type { AddressPolicy } from './address-policy'

/** What the hub says of a file in its redirect, before the bytes come from elsewhere. */
export type Linked = { etag: string | null; size: number | null }

/** A reply whose body has not been read. */
export type Reply = {
  status: number
  headers: IncomingMessage['headers']
  body: IncomingMessage
  /** Where it came from after all redirects. */
  url: URL
  linked: Linked | null
  /** What the hub was asked for, when the reply is the hub's own. */
  hub: HubSubject | null
}

const MAX_HOPS = 10
const MAX_DISMISSED_BYTES = 64 * 1024
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Asks for files over HTTP/1.1. It follows redirects itself, because each hop is checked like the
 * first, and because the hub's token goes to the hub's own origin and nowhere else.
 */
export class HttpClient {
  readonly #policy: AddressPolicy
  readonly #token: string | undefined
  readonly #timeoutMs: number
  readonly #http = new HttpAgent({ keepAlive: true, maxFreeSockets: 16 })
  readonly #https = new HttpsAgent({ keepAlive: true, maxFreeSockets: 16 })

  /** @param options.timeoutMs how long a server may take until its reply begins. */
  constructor(options: { policy: AddressPolicy; token?: string; timeoutMs: number }) {
    this.#policy = options.policy
    this.#token = options.token
    this.#timeoutMs = options.timeoutMs
  }

  /**
   * Sends a GET and follows its redirects.
   * @throws AppError `address_refused`, `redirect_loop`; otherwise the error of the connection.
   */
  async get(address: string, range: string | null, signal: AbortSignal): Promise<Reply> {
    let url = new URL(address)
    let from: URL | null = null
    let linked: Linked | null = null
    const seen = new Set<string>()
    for (;;) {
      this.#policy.check(url, from)
      const body = await this.#send(url, range, signal)
      const status = body.statusCode ?? 0
      linked = linkedOf(body.headers) ?? linked
      const location = REDIRECTS.has(status) ? body.headers.location : undefined
      if (!location)
        return { status, headers: body.headers, body, url, linked, hub: this.#subject(url) }
      dismiss(body)
      seen.add(url.href)
      from = url
      url = new URL(location, url)
      if (seen.has(url.href) || seen.size > MAX_HOPS) throw redirectLoop(new URL(address))
    }
  }

  /** Closes the connections that are kept open for the next request. */
  close(): void {
    this.#http.destroy()
    this.#https.destroy()
  }

  #subject(url: URL): HubSubject | null {
    if (!this.#policy.isHub(url)) return null
    const path = /([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname))
    const [, repo, revision, file] = path ?? []
    const hasToken = this.#token !== undefined
    return { endpoint: url.origin, hasToken, repo, revision, path: file }
  }

  #send(url: URL, range: string | null, signal: AbortSignal): Promise<IncomingMessage> {
    const secure = url.protocol === 'https:'
    const headers: Record<string, string> = {
      Accept: '*/*',
      'Accept-Encoding': 'identity',
      'User-Agent': 'runnel',
    }
    if (range) headers.Range = range
    if (this.#token && this.#policy.isHub(url)) headers.Authorization = `Bearer ${this.#token}`
    const options = { headers, signal, lookup: this.#policy.lookupFor(url) }
    return new Promise((resolve, reject) => {
      const request = secure
        ? httpsRequest(url, { ...options, agent: this.#https })
        : httpRequest(url, { ...options, agent: this.#http })
      const timer = setTimeout(() => request.destroy(noReply(url)), this.#timeoutMs)
      const settle = () => clearTimeout(timer)
      request.on('response', (response) => {
        settle()
        // Whoever reads the body handles its errors; before that there may be nobody yet.
        response.on('error', () => undefined)
        resolve(response)
      })
      request.on('error', (error) => {
        settle()
        reject(error)
      })
      request.end()
    })
  }
}

/** A short body is read, so that its connection can be used again; one without an end is cut. */
function dismiss(body: IncomingMessage): void {
  const length = Number(body.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  if (length <= MAX_DISMISSED_BYTES) body.resume()
  else body.destroy()
}

function linkedOf(headers: IncomingMessage['headers']): Linked | null {
  const etag = headers['x-linked-etag']
  const size = headers['x-linked-size']
  if (typeof etag !== 'string' && typeof size !== 'string') return null
  return {
    etag: typeof etag === 'string' ? plainTag(etag) : null,
    size: typeof size === 'string' && /^\d+$/.test(size) ? Number(size) : null,
  }
}

/** An entity tag without its quotes and its mark of weakness. */
export function plainTag(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"|"$/g, '')
}

function noReply(url: URL): Error {
  return new Error(`${url.host} did not answer in time.`)
}

function redirectLoop(url: URL): AppError {
  return new AppError(`${url.host} redirects in a circle.`, {
    code: 'redirect_loop',
    status: 502,
    hint: 'The server is set up wrongly. Check HF_ENDPOINT, or try again later.',
  })
}
