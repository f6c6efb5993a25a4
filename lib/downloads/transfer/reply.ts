import type { Headers } from '@/lib/platform/http/headers'
import { parseContentLength, parseContentRange, plainTag } from '@/lib/platform/http/headers'
import type { Reply } from '@/lib/platform/http/http-client'
import type { ResolvedFile } from '../types'
import { badReply, changed, TransferFault } from './faults'
import type { Range } from './range-set'
import { checkStatus } from './reply-status'

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

/** The body has to be the bytes themselves: many a proxy sends a page that asks to sign in, or an error, with status 200. */
function checkBody({ headers, place }: Reply): void {
  const { host } = place.url
  const type = headers['content-type'] ?? ''
  if (/^(text\/html|application\/(json|xml)|text\/xml)\b/i.test(type))
    throw badReply(`${host} answers with a page (${type}) instead of the file.`)
  // Several ranges, each with a head of its own between the bytes: only one was asked for.
  if (/^multipart\/byteranges\b/i.test(type))
    throw badReply(`${host} answers with several parts instead of one.`)
  const encodings = [
    headers['content-encoding'],
    headers['transfer-encoding']?.replace(/,?\s*chunked$/i, ''),
  ]
  for (const encoding of encodings)
    if (encoding && encoding.toLowerCase() !== 'identity')
      throw badReply(`${host} sends the file encoded as ${encoding}.`)
}

/** @see RFC 9110, section 14.4 */
function rangedSize(headers: Headers, asked: Range): number | null {
  const said = headers['content-range'] ?? 'no range'
  const range = parseContentRange(said)
  const name = `bytes ${asked.start}-${asked.end - 1}`
  const end = range?.size == null ? asked.end : Math.min(asked.end, range.size)
  if (range?.start !== asked.start || range.end !== end)
    throw badReply(`The server answers with ${said} for ${name}.`)
  const length = lengthOf(headers)
  if (length !== null && length !== range.end - range.start)
    throw badReply(`The server answers with ${length} bytes for ${name}.`)
  return range.size
}

function lengthOf(headers: Headers): number | null {
  return parseContentLength(headers['content-length'])
}

function checkValidator(reply: Reply, expected: Expectation): string | null {
  const { etag, 'last-modified': modified } = reply.headers
  const validator = etag ? plainTag(etag) : (modified ?? null)
  // The hub just vouched for the file, so another storage server may tag it in another way.
  const known = Boolean(vouched(reply).etag && (expected.file.sha256 || expected.file.etag))
  if (expected.validator !== null && validator !== expected.validator && !known)
    throw changed('The file changed on the server while it was being downloaded.')
  return validator
}
