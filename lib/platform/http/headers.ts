/** The header fields of a reply. Names are in lower case; the values of a repeated field are joined by commas. */
export type Headers = Record<string, string>

/** What `Content-Range` says of the body: bytes `start` up to, not including, `end`, of a file of `size` bytes; null when that is unknown. */
export type ContentRange = { start: number; end: number; size: number | null }

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

/** An entity tag without its quotes and its mark of weakness. @see RFC 9110, section 8.8.3 */
export function plainTag(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"|"$/g, '')
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
