/** The header fields of a reply. Names are in lower case; the values of a repeated field are joined by commas. */
export type Headers = Record<string, string>

/** What `Content-Range` says of the body: bytes `start` up to, not including, `end`, of a file of `size` bytes; null when that is unknown. */
export type ContentRange = { start: number; end: number; size: number | null }

/** Times in headers are whole seconds. */
const SURE_AFTER_MS = 1000
const MAX_RETRY_AFTER_MS = 3_600_000

/**
 * The bytes of a 206 reply. Null when there is no such header, or one that contradicts itself.
 * @see RFC 9110, section 14.4
 */
export function parseContentRange(header: string | undefined): ContentRange | null {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(header?.trim() ?? '') ?? []
  if (first === undefined || last === undefined) return null
  const range = { start: Number(first), end: Number(last) + 1 }
  const size = total === '*' ? null : Number(total)
  if (range.end <= range.start || (size !== null && range.end > size)) return null
  return { ...range, size }
}

/** Bytes of the file, as a 416 reply tells them: `bytes *\/1234`. Null when it does not. @see RFC 9110, section 14.4 */
export function parseUnsatisfiedRange(header: string | undefined): number | null {
  const total = /^bytes \*\/(\d+)$/i.exec(header?.trim() ?? '')?.[1]
  return total === undefined ? null : Number(total)
}

/** Bytes of the body; null when they are not counted. @see RFC 9110, section 8.6 */
export function parseContentLength(header: string | undefined): number | null {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : null
}

/**
 * What keeps a body from being the bytes of a file as they are, such as "a page (text/html) instead of the file"; null
 * when nothing does. Many a proxy sends a page that asks to sign in, or an error, with status 200.
 */
export function bodyFault(status: number, headers: Headers): string | null {
  const type = headers['content-type'] ?? ''
  if (/^(text\/html|application\/(json|xml)|text\/xml)\b/i.test(type))
    return `a page (${type}) instead of the file`
  // Several ranges, each with a head of its own between the bytes: only one was asked for.
  if (/^multipart\/byteranges\b/i.test(type)) return 'several parts instead of one'
  const encodings = [
    headers['content-encoding'],
    headers['transfer-encoding']?.replace(/,?\s*chunked$/i, ''),
  ]
  for (const encoding of encodings)
    if (encoding && encoding.toLowerCase() !== 'identity') return `the file encoded as ${encoding}`
  const part = headers['content-range']
  const range = parseContentRange(part)
  const length = parseContentLength(headers['content-length'])
  if (range && length !== null && length !== range.end - range.start)
    return `${length} bytes for ${part}`
  // A part of the file that calls itself the whole. `*` says nothing, which a few servers send with everything.
  if (status === 200 && range && (range.start > 0 || range.end !== range.size))
    return `status 200 and ${part}`
  return null
}

/**
 * What tells versions of a file apart byte for byte: an entity tag that is not weak, else the time of the last change, when
 * the server's own clock says that it lies back so far that no second change can have the same. Null when there is none.
 * @see RFC 9110, sections 8.8.1 and 8.8.2.2
 */
export function strongValidator({ etag, date, 'last-modified': modified }: Headers): string | null {
  const tag = etag && !/^W\//i.test(etag) ? plainTag(etag) : ''
  if (tag) return tag
  if (!modified || !date) return null
  return Date.parse(date) - Date.parse(modified) >= SURE_AFTER_MS ? modified : null
}

/** An entity tag without its quotes and its mark of weakness. @see RFC 9110, section 8.8.3 */
export function plainTag(etag: string): string {
  return etag.replace(/^W\//i, '').replace(/^"|"$/g, '')
}

/**
 * Milliseconds that a `Retry-After` header asks for, given in seconds or as a date.
 * Never more than an hour. Null when there is none that makes sense.
 * @see RFC 9110, section 10.2.3
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  const text = header?.trim()
  if (!text) return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS)
}
