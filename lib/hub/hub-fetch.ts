import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { sleepUnlessAborted } from '@/lib/platform/abort'
import { isAppError } from '@/lib/platform/errors'
import { parseRetryAfter } from '@/lib/platform/http/headers'
import type { HttpClient, Reply } from '@/lib/platform/http/http-client'
import { type HubSubject, hubError, hubUnreachable, invalidHubResponse } from './hub-errors'

export type HubFetchOptions = {
  /** Without a slash at its end. */
  endpoint: string
  /** Whether there is a token to send. */
  hasToken: boolean
  /** How long the hub may take for one whole answer. */
  timeoutMs: number
  http: Pick<HttpClient, 'send'>
}

const MAX_HOPS = 5
/** Requests of one question, each for a page of a listing: far more than any real one has. */
const MAX_PAGES = 200
/** Characters of one answer; the longest real ones have a few million. */
const MAX_ANSWER = 32 * 1024 * 1024
/** Milliseconds before each further try of a request that got no answer at all: a name server may miss a beat. */
const RETRY_MS = [20, 200]
const HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip' }

/**
 * The `fetch` that the hub's library is given. It stays at the endpoint whatever links and redirects say, sends the
 * token there only, ends with `signal`, and throws each failure as an AppError with its own code.
 */
export function hubFetch(
  options: HubFetchOptions,
  subject: { repo?: string; revision?: string },
  signal: AbortSignal,
): typeof fetch {
  let requests = 0
  const about = { ...subject, endpoint: options.endpoint, hasToken: options.hasToken }
  return async (input) => {
    requests += 1
    if (requests > MAX_PAGES)
      throw invalidHubResponse(options.endpoint, 'with a listing that has no end')
    const timeout = AbortSignal.timeout(options.timeoutMs)
    try {
      const address = input instanceof Request ? input.url : input
      return await ask(options, new URL(address), AbortSignal.any([signal, timeout]), about)
    } catch (error) {
      signal.throwIfAborted()
      throw isAppError(error) ? error : hubUnreachable(options.endpoint, error)
    }
  }
}

async function ask(
  options: HubFetchOptions,
  first: URL,
  signal: AbortSignal,
  about: HubSubject,
): Promise<Response> {
  let url = first
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    const reply = await sendAgain(options.http, atEndpoint(url, options.endpoint), signal)
    const { location } = reply.headers
    if (reply.status < 300 || reply.status >= 400 || location === undefined)
      return readAnswer(reply, about)
    reply.body.destroy()
    if (!URL.canParse(location, url))
      throw invalidHubResponse(options.endpoint, 'with a broken redirect')
    url = new URL(location, url)
  }
  throw invalidHubResponse(options.endpoint, 'with redirects in a circle')
}

async function sendAgain(
  http: HubFetchOptions['http'],
  url: URL,
  signal: AbortSignal,
): Promise<Reply> {
  const place = { url, from: null }
  for (const delay of RETRY_MS) {
    try {
      return await http.send(place, { headers: HEADERS, signal })
    } catch (error) {
      signal.throwIfAborted()
      if (isAppError(error)) throw error
      await sleepUnlessAborted(delay, signal)
    }
  }
  return http.send(place, { headers: HEADERS, signal })
}

/** A mirror may pass on links to the original hub: they are asked of the mirror. */
function atEndpoint(url: URL, endpoint: string): URL {
  const own = new URL(endpoint)
  if (url.origin === own.origin) return url
  return new URL(`${url.pathname}${url.search}`, own)
}

/** Keeps no more in memory than an answer of the API can have. */
async function readText({ headers, body }: Reply, endpoint: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const bytes of source) {
      text += decoder.decode(bytes, { stream: true })
      if (text.length > MAX_ANSWER)
        throw invalidHubResponse(endpoint, 'with more than its API ever sends')
    }
  }
  const encoding = headers['content-encoding']?.trim() || 'identity'
  // The older name means the same. @see RFC 9110, section 8.4.1.3
  if (/^(x-)?gzip$/i.test(encoding)) await pipeline(body, createGunzip(), collect)
  else if (/^identity$/i.test(encoding)) await pipeline(body, collect)
  else {
    body.destroy()
    throw invalidHubResponse(endpoint, `encoded as ${encoding}, which was not asked for`)
  }
  return text + decoder.decode()
}

/** Reads the answer whole, so that its end, its form and its time are checked in one place. */
async function readAnswer(reply: Reply, about: HubSubject): Promise<Response> {
  const text = await readText(reply, about.endpoint)
  const { status, headers } = reply
  if (status < 200 || status >= 300) {
    const wait = parseRetryAfter(headers['retry-after'], Date.now())
    const refusal = {
      status,
      errorCode: headers['x-error-code'] ?? null,
      errorMessage: headers['x-error-message'] ?? text.slice(0, 500),
      retryAfter: wait === null ? null : wait / 1000,
    }
    throw hubError(refusal, about)
  }
  try {
    JSON.parse(text)
  } catch (cause) {
    throw invalidHubResponse(about.endpoint, 'with something that is not JSON', cause)
  }
  const link = headers.link
  return new Response(text, {
    headers: { 'content-type': 'application/json', ...(link && { link }) },
  })
}
