import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { ServerResponse } from 'node:http'
import { Socket } from 'node:net'

const CHANNEL = 'http.server.request.start'

/**
 * Watches the sockets of every HTTP server of this process. It is needed because closing a stream does not close the
 * socket of a client that takes nothing: what was written before waits for it for ever.
 *
 * Each socket gets no delay and TCP keep-alive. A socket on which nothing has moved for `stallMs` is destroyed if it
 * carries an event stream and has bytes waiting; any other answer may take as long as it needs.
 * It must run before the server takes its first request.
 *
 * @returns how to unsubscribe it.
 */
export function guardSockets({ stallMs }: { stallMs: number }): () => void {
  const onRequest = (message: unknown) => {
    const response = fieldOf(message, 'response')
    const socket = fieldOf(message, 'socket')
    if (!(response instanceof ServerResponse) || !(socket instanceof Socket)) return
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 10_000)
    // The listener also keeps Node from destroying the socket of whatever else is slow.
    response.setTimeout(stallMs, () => {
      if (isEventStream(response) && response.writableLength > 0) socket.destroy()
      else socket.setTimeout(stallMs)
    })
  }
  subscribe(CHANNEL, onRequest)
  return () => unsubscribe(CHANNEL, onRequest)
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream')
}

function fieldOf(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined
}
