import { type HubSubject, hubError } from '@/lib/hub/hub-errors'
import type { ResolvedFile } from '@/lib/hub/reference'
import { AppError } from '@/lib/platform/errors'
import {
  bodyFault,
  type Headers,
  parseContentLength,
  parseContentRange,
  parseRetryAfter,
  parseUnsatisfiedRange,
  plainTag,
  strongValidator,
} from '@/lib/platform/http/headers'
import type { Reply } from '@/lib/platform/http/http-client'
import { badReply, changed, fatal, TransferFault } from './faults'
import type { Range } from './range-plan'

/** What was asked for, and what is known of the file. */
type Expectation = {
  file: ResolvedFile
  /** Null when the whole file was asked for. */
  range: Range | null
  /** Bytes of the whole file; null while nobody said. */
  size: number | null
  /** The entity tag that earlier replies had; null before the first. */
  validator: string | null
}

/** What a good reply says. */
export type Accepted = {
  /** Bytes of the whole file; null when the server did not say. */
  size: number | null
  validator: string | null
}

/**
 * Whether a reply has the bytes that were asked for, of the file that they were asked of: every header has to agree with
 * the others. Nothing is written from a reply that was not accepted here.
 * @throws TransferFault saying what to do instead.
 */
export function acceptReply(reply: Reply, expected: Expectation, nowMs: number): Accepted {
  const { range } = expected
  const whole = reply.status === 200
  if (!whole && !(reply.status === 206 && range)) checkStatus(reply, expected, nowMs)
  checkVouched(reply, expected.file)
  checkBody(reply)
  if (whole && range)
    throw new TransferFault('The server sends the whole file instead of a part.', {
      kind: 'no_ranges',
    })
  const size = range ? rangedSize(reply.headers, range) : lengthOf(reply.headers)
  if (size !== null && expected.size !== null && size !== expected.size)
    throw changed(`The file has ${size} bytes now; it had ${expected.size} when it began.`)
  return { size, validator: checkValidator(reply, expected) }
}

/** The hub vouches for the file in its redirect, whatever the storage behind it says. */
function checkVouched(reply: Reply, file: ResolvedFile): void {
  const { etag, size } = vouched(reply)
  const known = [file.sha256, file.etag && plainTag(file.etag)].filter((tag) => tag !== null)
  const same = etag === null || known.length === 0 || known.includes(etag)
  if (!same || (size !== null && file.size !== null && size !== file.size))
    throw changed('The hub has another version of this file now.')
}

/** What the hub says of a file in its redirect, before the bytes come from elsewhere. */
function vouched(reply: Reply): { etag: string | null; size: number | null } {
  const said = [...reply.redirects, reply.headers].findLast(
    (headers) => 'x-linked-etag' in headers || 'x-linked-size' in headers,
  )
  const etag = said?.['x-linked-etag']
  return {
    etag: etag === undefined ? null : plainTag(etag),
    size: parseContentLength(said?.['x-linked-size']),
  }
}

function checkBody({ status, headers, place }: Reply): void {
  const fault = bodyFault(status, headers)
  if (fault) throw badReply(`${place.url.host} answers with ${fault}.`)
}

/** @see RFC 9110, section 14.4 */
function rangedSize(headers: Headers, asked: Range): number | null {
  const said = headers['content-range'] ?? 'no range'
  const range = parseContentRange(said)
  const name = `bytes ${asked.start}-${asked.end - 1}`
  const end = range?.size == null ? asked.end : Math.min(asked.end, range.size)
  if (range?.start !== asked.start || range.end !== end)
    throw badReply(`The server answers with ${said} for ${name}.`)
  return range.size
}

function lengthOf(headers: Headers): number | null {
  return parseContentLength(headers['content-length'])
}

function checkValidator(reply: Reply, expected: Expectation): string | null {
  const validator = strongValidator(reply.headers)
  // The hub just vouched for the file, so another storage server may tag it in another way.
  const known = Boolean(vouched(reply).etag && (expected.file.sha256 || expected.file.etag))
  if (expected.validator !== null && validator !== expected.validator && !known)
    throw changed('The file changed on the server while it was being downloaded.')
  return validator
}

/**
 * What to do about a reply that does not bring the bytes, by its status.
 * @throws TransferFault, always.
 */
function checkStatus(reply: Reply, expected: Expectation, nowMs: number): never {
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
  const path = /([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname)
  const [, repo, revision, file] = path?.map(decoded) ?? []
  return { endpoint: url.origin, hasToken: hub.hasToken, repo, revision, path: file }
}

/** A name as people read it. What is no valid encoding stands for itself. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
