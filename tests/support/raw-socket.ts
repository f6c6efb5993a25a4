import { connect, type Socket } from 'node:net'

/** A connection on which anything can be written, also what no HTTP client would. */
export function openSocket(url: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  // Being cut off is what many of these connections are for.
  socket.on('error', () => undefined)
  return socket
}

/** Everything that comes until the connection is closed. */
export function allOf(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  return new Promise((resolve) => socket.on('close', () => resolve(text)))
}

/** Writes these bytes, and gives everything that comes until the server closes the connection. */
export function exchange(url: string, bytes: string): Promise<string> {
  const socket = openSocket(url)
  socket.write(bytes)
  return allOf(socket)
}

/** A request as text, with a `Host` of ours unless `headers` bring another, to be closed after its answer. */
export function rawText(requestLine: string, headers: Record<string, string>, body = ''): string {
  const all = { Host: 'localhost', Connection: 'close', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `${requestLine} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

/** The status of an answer that came as text; 0 when there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
}
