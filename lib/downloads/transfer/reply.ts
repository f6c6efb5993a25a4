import { AppError } from '@/lib/platform/errors'
import { parseRetryAfter } from '../jobs/backoff'
import type { ResolvedFile } from '../types'
import { badReply, changed, fatal, TransferFault } from './faults'
import { plainTag, type Reply } from './http-client'
import type { Range } from './range-set'
import { refusal } from './refusals'

/** What was asked for, and what is known of the file. */
export type Expectation = {
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
 * Whether a reply has the bytes that were asked for, of the file that they were asked of. Nothing is
 * written from a reply that was not accepted here.
 * @throws TransferFault saying what to do instead.
 */
export function acceptReply(reply: Reply, expected: Expectation, nowMs: number): Accepted {
  checkStatus(reply, expected, nowMs)
  checkLinked(reply, expected.file)
  checkKind(reply)
  const size = expected.range ? rangedSize(reply, expected.range) : wholeSize(reply)
  if (size !== null && expected.size !== null && size !== expected.size)
    throw changed(`The file has ${size} bytes now; it had ${expected.size} when it began.`)
  return { size, validator: checkValidator(reply, expected) }
}

function checkStatus(reply: Reply, expected: Expectation, nowMs: number): void {
  const { status } = reply
  if (status === 206 && expected.range) return
  if (status === 200) {
    if (!expected.range) return
    checkKind(reply)
    throw new TransferFault('The server sends the whole file instead of a part.', {
      kind: 'no_ranges',
    })
  }
  if (status === 416) throw rangeRefused(reply, expected)
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    throw new TransferFault(`${reply.place.url.host} answered ${status}.`, {
      kind: 'transient',
      retryAfterMs: parseRetryAfter(reply.headers['retry-after'], nowMs),
      pushback: status === 429 || status === 503,
    })
  const redirected = reply.place.url.href !== new URL(expected.file.url).href
  if (redirected && [400, 401, 403, 404, 410].includes(status))
    throw new TransferFault(`The signed address at ${reply.place.url.host} answers ${status}.`, {
      kind: 'expired',
    })
  throw fatal(refusal(reply))
}

function rangeRefused(reply: Reply, expected: Expectation): TransferFault {
  const total = /^bytes \*\/(\d+)$/.exec(reply.headers['content-range'] ?? '')?.[1]
  if (total !== undefined && expected.size !== null && Number(total) !== expected.size)
    return changed(`The file has ${total} bytes now; it had ${expected.size} when it began.`)
  return new TransferFault('The server refuses a range that lies inside the file.', {
    kind: 'no_ranges',
  })
}

/** The hub vouches for the file in its redirect, whatever the storage behind it says. */
function checkLinked(reply: Reply, file: ResolvedFile): void {
  const known = file.sha256 ?? (file.etag && plainTag(file.etag))
  const { etag = null, size = null } = reply.linked ?? {}
  const same = etag === null || known === null || etag === known || isTag(etag, file)
  if (!same || (size !== null && file.size !== null && size !== file.size))
    throw changed('The hub has another version of this file now.')
}

function isTag(etag: string, file: ResolvedFile): boolean {
  return file.etag !== null && etag === plainTag(file.etag)
}

/** A page that asks to sign in, or an error as JSON, comes with status 200 from many a proxy. */
function checkKind(reply: Reply): void {
  const type = reply.headers['content-type'] ?? ''
  const encoding = reply.headers['content-encoding']
  if (/^(text\/html|application\/(json|xml)|text\/xml)\b/i.test(type))
    throw badReply(`${reply.place.url.host} answers with a page (${type}) instead of the file.`)
  if (encoding && encoding !== 'identity')
    throw badReply(`${reply.place.url.host} sends the file encoded as ${encoding}.`)
}

function rangedSize(reply: Reply, range: Range): number | null {
  const header = reply.headers['content-range'] ?? ''
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header)
  const total = match?.[3] === '*' ? null : Number(match?.[3])
  const end = total === null ? range.end : Math.min(range.end, total)
  if (match && Number(match[1]) === range.start && Number(match[2]) === end - 1) return total
  throw badReply(
    `The server answers with ${header || 'no range'} for bytes ${range.start}-${range.end - 1}.`,
  )
}

function wholeSize(reply: Reply): number | null {
  const length = reply.headers['content-length']
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : null
}

function checkValidator(reply: Reply, expected: Expectation): string | null {
  const { etag, 'last-modified': modified } = reply.headers
  const validator = etag ? plainTag(etag) : (modified ?? null)
  // The hub just vouched for the file, so another storage server may tag it in another way.
  const vouched = Boolean(reply.linked?.etag && (expected.file.sha256 || expected.file.etag))
  if (expected.validator !== null && validator !== expected.validator && !vouched)
    throw changed('The file changed on the server while it was being downloaded.')
  return validator
}

/** What no reply could be accepted for, after several tries. */
export function notTheFile(message: string): AppError {
  return new AppError(message, {
    code: 'bad_reply',
    status: 502,
    hint: 'Something between here and the hub does not pass files on as they are, such as a proxy that asks to sign in. Check it, then retry.',
  })
}
