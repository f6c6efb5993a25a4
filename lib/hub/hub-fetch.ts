import { pause } from '@/lib/downloads/jobs/abortable'
import { parseRetryAfter } from '@/lib/downloads/jobs/backoff'
import { type HubSubject, hubError, hubUnreachable, invalidHubResponse } from './hub-errors'

export type HubFetchOptions = {
  /** Without a slash at its end. */
  endpoint: string
  token?: string
  /** How long the hub may take for one whole answer. */
  timeoutMs: number
  fetch: typeof fetch
}

const MAX_HOPS = 5
/** Requests of one question, each for a page of a listing: far more than any real one has. */
const MAX_PAGES = 200
/** Characters of one answer; the longest real ones have a few million. */
const MAX_ANSWER = 32 * 1024 * 1024
/** Milliseconds before each further try of a request that got no answer at all. */
const RETRY_MS = [20, 200]

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
  const about = { ...subject, endpoint: options.endpoint, hasToken: options.token !== undefined }
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
      if (error instanceof TypeError || timeout.aborted)
        throw hubUnreachable(options.endpoint, error)
      throw error
    }
  }
}

async function ask(
  options: HubFetchOptions,
  first: URL,
  signal: AbortSignal,
  about: HubSubject,
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json', 'user-agent': 'runnel' })
  if (options.token) headers.set('authorization', `Bearer ${options.token}`)
  let url = first
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    const address = atEndpoint(url, options.endpoint)
    const response = await fetchAgain(options.fetch, address, {
      headers,
      redirect: 'manual',
      signal,
    })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || !location)
      return readAnswer(response, about)
    await response.body?.cancel()
    url = new URL(location, url)
  }
  throw invalidHubResponse(options.endpoint, 'with redirects in a circle')
}

/**
 * A server may close a connection that was idle just when it is used again, and a name server may miss a beat. Neither
 * says that the hub is not there, so it is asked again, over another connection.
 */
async function fetchAgain(
  ask: typeof fetch,
  url: URL,
  init: RequestInit & { signal: AbortSignal },
): Promise<Response> {
  for (const delay of RETRY_MS) {
    try {
      return await ask(url, init)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      await pause(delay, init.signal)
    }
  }
  return ask(url, init)
}

/** A mirror may pass on links to the original hub: they are asked of the mirror. */
function atEndpoint(url: URL, endpoint: string): URL {
  const own = new URL(endpoint)
  if (url.origin === own.origin) return url
  return new URL(`${url.pathname}${url.search}`, own)
}

/** Keeps no more in memory than an answer of the API can have. */
async function readText(response: Response, endpoint: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > MAX_ANSWER)
      throw invalidHubResponse(endpoint, 'with more than its API ever sends')
  }
  return text + decoder.decode()
}

/** Reads the answer whole, so that its end, its form and its time are checked in one place. */
async function readAnswer(response: Response, about: HubSubject): Promise<Response> {
  const text = await readText(response, about.endpoint)
  if (!response.ok) {
    const wait = parseRetryAfter(response.headers.get('retry-after') ?? undefined, Date.now())
    const refusal = {
      status: response.status,
      errorCode: response.headers.get('x-error-code'),
      errorMessage: response.headers.get('x-error-message') ?? text.slice(0, 500),
      retryAfter: wait === null ? null : wait / 1000,
    }
    throw hubError(refusal, about)
  }
  try {
    JSON.parse(text)
  } catch (cause) {
    throw invalidHubResponse(about.endpoint, 'with something that is not JSON', cause)
  }
  return new Response(text, { status: response.status, headers: response.headers })
}
