import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendBody } from './body'
import type { Content } from './content'
import { acts, type Faults } from './faults'

/** What one reply of the file server needs to know. */
export type FileReply = {
  content: Content
  etag: string
  faults: Faults
  onBytes: (bytes: number) => void
}

type Range = { start: number; end: number }

/** Answers a request for a file as a content network does, or as badly as the faults say. */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  reply: FileReply,
): Promise<void> {
  const { content, faults } = reply
  if (acts(faults.switchProtocol)) {
    response.socket?.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    )
    return undefined
  }
  const page = acts(faults.page)
  if (page) return sendPage(response, page.type)
  const asked = parseRange(request.headers.range, content.size)
  const whole = { start: 0, end: content.size }
  if (acts(faults.noLength)) {
    response.writeHead(200, { ETag: reply.etag, 'Content-Type': 'application/octet-stream' })
    return sendBody(response, content, whole, faults, reply.onBytes)
  }
  if (!asked || acts(faults.noRanges) || acts(faults.ignoreRange))
    return send(request, response, reply, 200, whole)
  if (acts(faults.rangeNotSatisfiable) || asked.start >= content.size) {
    response.writeHead(416, { 'Content-Range': `bytes */${content.size}` }).end()
    return
  }
  return send(request, response, reply, 206, bend(asked, content.size, faults))
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: FileReply,
  status: 200 | 206,
  range: Range,
): Promise<void> | undefined {
  const headers: Record<string, string | number> = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': range.end - range.start,
  }
  if (!acts(reply.faults.noValidator)) headers.ETag = reply.etag
  if (!reply.faults.noRanges) headers['Accept-Ranges'] = 'bytes'
  if (status === 206)
    headers['Content-Range'] = `bytes ${range.start}-${range.end - 1}/${reply.content.size}`
  const disagreeing = status === 206 ? acts(reply.faults.disagreeingLength) : null
  if (disagreeing) {
    const start = Math.max(0, range.start - disagreeing.by)
    headers['Content-Length'] = range.end - start
    return sendWith(response.writeHead(status, headers), reply, { start, end: range.end })
  }
  Object.assign(headers, acts(reply.faults.headers)?.values)
  response.writeHead(status, headers)
  if (request.method === 'HEAD') {
    response.end()
    return undefined
  }
  const wrong = status === 206 && acts(reply.faults.wrongBytes)
  return sendWith(response, wrong ? { ...reply, content: shifted(reply.content) } : reply, range)
}

function sendWith(response: ServerResponse, reply: FileReply, range: Range): Promise<void> {
  return sendBody(response, reply.content, range, reply.faults, reply.onBytes)
}

function shifted(content: Content): Content {
  return { ...content, read: (offset, length) => Buffer.alloc(content.read(offset, length).length) }
}

function bend(range: Range, size: number, faults: Faults): Range {
  if (acts(faults.wrongOffset)) {
    const by = range.start > 0 ? -1 : 1
    return { start: range.start + by, end: Math.min(range.end + by, size) }
  }
  if (acts(faults.wrongLength) && range.end - range.start > 1)
    return { start: range.start, end: range.end - Math.ceil((range.end - range.start) / 2) }
  return range
}

function sendPage(response: ServerResponse, type: 'html' | 'json'): void {
  const body = type === 'html' ? '<!doctype html><title>Sign in</title>' : '{"error":"sorry"}'
  const mime = type === 'html' ? 'text/html; charset=utf-8' : 'application/json'
  response.writeHead(200, { 'Content-Type': mime, 'Content-Length': body.length }).end(body)
}

function parseRange(header: string | undefined, size: number): Range | null {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '')
  if (!match) return null
  const end = match[2] ? Math.min(Number(match[2]) + 1, size) : size
  return { start: Number(match[1]), end }
}
