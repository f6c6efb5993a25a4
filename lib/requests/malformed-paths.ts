import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import { AppError } from '@/lib/errors'

const CHANNEL = 'http.server.request.start'

/** No route has this path, so the one for unknown paths gets it. */
const MALFORMED = '/v1/malformed-path'

/**
 * Sends requests whose path is not well encoded, as `/%E0%A4%A`, to the answer for that: Next itself fails with a plain
 * 500 on some of them. It must run after whatever else wants to see the path as it was sent.
 *
 * @returns how to stop it
 */
export function divertMalformedPaths(): () => void {
  const onRequest = (message: unknown) => {
    const request =
      typeof message === 'object' && message && 'request' in message ? message.request : undefined
    if (request instanceof IncomingMessage && !isWellEncoded(request.url)) request.url = MALFORMED
  }
  subscribe(CHANNEL, onRequest)
  return () => unsubscribe(CHANNEL, onRequest)
}

/** The error for a path that was diverted; undefined for every other. */
export function malformedPath(pathname: string): AppError | undefined {
  return pathname === MALFORMED ? notWellEncoded() : undefined
}

/** The error for a path that can't be decoded. */
export function notWellEncoded(cause?: unknown): AppError {
  return new AppError('The path is not well encoded.', {
    code: 'invalid_path',
    status: 400,
    hint: 'Write it in UTF-8 and encode it with percent signs.',
    cause,
  })
}

function isWellEncoded(url = '/'): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '/')
    return true
  } catch {
    // That it can't be decoded is the answer.
    return false
  }
}
