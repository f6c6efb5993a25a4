/** The head of an HTTP/1.x reply. Names of headers are in lower case; of repeated ones the last counts. */
export type ReplyHead = {
  status: number
  headers: Record<string, string>
  /** Bytes of the body; null when it ends in another way than by being counted. */
  length: number | null
  /** Whether the connection may be used again after the body. */
  reusable: boolean
}

/** More than any server sends. */
const MAX_HEAD_BYTES = 64 * 1024
const END = '\r\n\r\n'

/**
 * Reads the head of a reply to a GET (RFC 9112, sections 4 and 5) at the start of `bytes`.
 * @returns the head and its length in bytes; null while its end has not come.
 * @throws Error when it is no such head.
 */
export function parseReplyHead(bytes: Buffer): { head: ReplyHead; bytes: number } | null {
  const end = bytes.indexOf(END)
  if (end < 0 && bytes.length <= MAX_HEAD_BYTES) return null
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first)
  if (end < 0 || !status) throw new Error('The server does not answer in HTTP.')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line)
    if (!field) throw new Error('The server sends a broken header.')
    headers[(field[1] ?? '').toLowerCase()] = field[2] ?? ''
  }
  const code = Number(status[2])
  const length = lengthOf(code, headers)
  const closes = /\bclose\b/i.test(headers.connection ?? '')
  const reusable = status[1] === '1' && !closes && length !== null
  return { head: { status: code, headers, length, reusable }, bytes: end + END.length }
}

function lengthOf(status: number, headers: Record<string, string>): number | null {
  if (status === 204 || status === 304) return 0
  if (headers['transfer-encoding'] !== undefined) return null
  const length = headers['content-length']
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : null
}
