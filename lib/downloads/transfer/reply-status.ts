import { type HubSubject, hubError } from '@/lib/hub/hub-errors'
import { AppError } from '@/lib/platform/errors'
import { parseRetryAfter, parseUnsatisfiedRange } from '@/lib/platform/http/headers'
import type { Reply } from '@/lib/platform/http/http-client'
import { badReply, changed, fatal, TransferFault } from './faults'
import type { Expectation } from './reply'

/**
 * What to do about a reply that does not bring the bytes, by its status.
 * @throws TransferFault, always.
 */
export function checkStatus(reply: Reply, expected: Expectation, nowMs: number): never {
  const { status, headers, place } = reply
  const { host } = place.url
  if (status === 416) throw rangeRefused(headers['content-range'], expected)
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    throw new TransferFault(`${host} answered ${status}.`, {
      kind: 'transient',
      retryAfterMs: parseRetryAfter(headers['retry-after'], nowMs),
      pushback: status === 429 || status === 503,
    })
  // Success, but of something else: nothing else was asked for.
  if (status < 400) throw badReply(`${host} answered ${status} instead of sending the file.`)
  const redirected = place.url.href !== new URL(expected.file.url).href
  if (redirected && [400, 401, 403, 404, 410].includes(status))
    throw new TransferFault(`The signed address at ${host} answers ${status}.`, {
      kind: 'expired',
    })
  throw fatal(refusal(reply))
}

function rangeRefused(contentRange: string | undefined, { size }: Expectation): TransferFault {
  const now = parseUnsatisfiedRange(contentRange)
  if (now !== null && size !== null && now !== size)
    return changed(`The file has ${now} bytes now; it had ${size} when it began.`)
  return new TransferFault('The server refuses a range that lies inside the file.', {
    kind: 'no_ranges',
  })
}

/** The error for a status with which a server refuses a file for good. */
function refusal(reply: Reply): AppError {
  const { status, headers, place } = reply
  const subject = hubSubject(reply)
  if (subject) {
    const errorCode = headers['x-error-code'] ?? (status === 404 ? 'EntryNotFound' : null)
    const errorMessage = headers['x-error-message'] ?? null
    return hubError({ status, errorCode, errorMessage, retryAfter: null }, subject)
  }
  const { host } = place.url
  const make = (message: string, code: string, known = status) =>
    new AppError(message, { code, status: known, hint: 'Check the address, then start again.' })
  if (status === 404 || status === 410) return make(`${host} has no such file.`, 'file_not_found')
  if (status === 401 || status === 403)
    return make(`${host} does not give this file to everybody (${status}).`, 'forbidden', 403)
  return make(`${host} answered ${status}.`, 'bad_reply', 502)
}

/** What the hub was asked for, when the reply is the hub's own. */
function hubSubject({ hub, place: { url } }: Reply): HubSubject | null {
  if (!hub) return null
  const path = /([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname))
  const [, repo, revision, file] = path ?? []
  return { endpoint: url.origin, hasToken: hub.hasToken, repo, revision, path: file }
}
