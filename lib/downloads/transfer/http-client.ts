import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { HubSubject } from '@/lib/hub/hub-errors'
import { AppError } from '@/lib/platform/errors'
import type { AddressPolicy } from './address-policy'
import type { Body } from './body'
import { emptyBody } from './counted-body'
import { badReply } from './faults'
import { errorCode } from './files'
import { noReply, RangePool } from './range-pool'

/** What the hub says of a file in its redirect, before the bytes come from elsewhere. */
export type Linked = { etag: string | null; size: number | null }

/** An address, and the one whose redirect led there; null when it was asked for itself. */
export type Place = { url: URL; from: URL | null }

/** A reply whose body has not been read. */
export type Reply = {
  status: number
  headers: Record<string, string>
  body: Body
  /** Where it came from after all redirects. */
  place: Place
  linked: Linked | null
  /** What the hub was asked for, when the reply is the hub's own. */
  hub: HubSubject | null
}

/** A reply of Node's own client. */
export type StreamedReply = Reply & { body: IncomingMessage }

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
  readonly #ranges: RangePool

  /** @param options.timeoutMs how long a server may take until its reply begins. */
  constructor(options: { policy: AddressPolicy; token?: string; timeoutMs: number }) {
    this.#policy = options.policy
    this.#token = options.token
    this.#timeoutMs = options.timeoutMs
    this.#ranges = new RangePool((url) => options.policy.lookupFor(url), options.timeoutMs)
  }

  /**
   * Sends a GET and follows its redirects.
   * @throws AppError `address_refused`, `redirect_loop`; TransferFault for a redirect to nowhere; otherwise the error of the connection.
   */
  async get(place: Place, range: string | null, signal: AbortSignal): Promise<StreamedReply> {
    let { url, from } = place
    let linked: Linked | null = null
    const seen = new Set<string>()
    for (;;) {
      this.#policy.check(url, from)
      const body = await this.#send(url, range, signal)
      const status = body.statusCode ?? 0
      linked = linkedOf(single(body.headers)) ?? linked
      const location = REDIRECTS.has(status) ? body.headers.location : undefined
      if (!location)
        return { status, headers: single(body.headers), body, linked, ...this.#at({ url, from }) }
      dismiss(body)
      seen.add(url.href)
      if (!URL.canParse(location, url))
        throw badReply(`${url.host} redirects to what is no address.`)
      from = url
      url = new URL(location, url)
      if (seen.has(url.href) || seen.size > MAX_HOPS) throw redirectLoop(place.url)
    }
  }

  /**
   * Asks for a range where one was got before: the fast way for the bulk of a file. What needs more than that, such
   * as a redirect or a body that is not counted, is asked for again in the other way.
   * @throws as `get`.
   */
  async getRange(place: Place, range: string, signal: AbortSignal): Promise<Reply> {
    this.#policy.check(place.url, place.from)
    const headers = this.#headers(place.url, range)
    const { head, body } = await this.#ranges.ask(place.url, headers, signal)
    const { status } = head
    if (status >= 400 || (body && !REDIRECTS.has(status)))
      return {
        status,
        headers: head.headers,
        body: body ?? emptyBody(),
        linked: linkedOf(head.headers),
        ...this.#at(place),
      }
    body?.destroy()
    return this.get(place, range, signal)
  }

  /** Closes the connections that are kept open for the next request. */
  close(): void {
    this.#http.destroy()
    this.#https.destroy()
    this.#ranges.close()
  }

  #at(place: Place): { place: Place; hub: HubSubject | null } {
    return { place, hub: this.#subject(place.url) }
  }

  #subject(url: URL): HubSubject | null {
    if (!this.#policy.isHub(url)) return null
    const path = /([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname))
    const [, repo, revision, file] = path ?? []
    const hasToken = this.#token !== undefined
    return { endpoint: url.origin, hasToken, repo, revision, path: file }
  }

  #headers(url: URL, range: string | null): Record<string, string> {
    return {
      Accept: '*/*',
      'Accept-Encoding': 'identity',
      'User-Agent': 'runnel',
      ...(range && { Range: range }),
      ...(this.#token && this.#policy.isHub(url) && { Authorization: `Bearer ${this.#token}` }),
    }
  }

  #send(url: URL, range: string | null, signal: AbortSignal): Promise<IncomingMessage> {
    const secure = url.protocol === 'https:'
    const headers = this.#headers(url, range)
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
        // The server closed the connection while it was idle: that says nothing about another one.
        if (request.reusedSocket && errorCode(error) === 'ECONNRESET' && !signal.aborted)
          resolve(this.#send(url, range, signal))
        else reject(error)
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

function linkedOf(headers: Record<string, string>): Linked | null {
  const { 'x-linked-etag': etag, 'x-linked-size': size } = headers
  if (etag === undefined && size === undefined) return null
  return {
    etag: etag === undefined ? null : plainTag(etag),
    size: size !== undefined && /^\d+$/.test(size) ? Number(size) : null,
  }
}

/** Only cookies come more than once, and nobody here wants those. */
function single(headers: IncomingMessage['headers']): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  return Object.fromEntries(entries)
}

/** An entity tag without its quotes and its mark of weakness. */
export function plainTag(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"|"$/g, '')
}

function redirectLoop(url: URL): AppError {
  return new AppError(`${url.host} redirects in a circle.`, {
    code: 'redirect_loop',
    status: 502,
    hint: 'The server is set up wrongly. Check HF_ENDPOINT, or try again later.',
  })
}
