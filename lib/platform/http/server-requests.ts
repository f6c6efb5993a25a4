import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** A request to an HTTP server of this process, before the server has looked at it. */
export type ServerRequest = {
  request: IncomingMessage
  response: ServerResponse
  socket: Socket
  server: Server
}

/**
 * Calls `listener` with each request to every HTTP server of this process; Next keeps its own server to itself.
 * Listeners run in the order in which they came.
 *
 * @returns unsubscribe
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
export function onServerRequest(listener: (request: ServerRequest) => void): () => void {
  const onMessage = (message: unknown) => {
    const request = fieldOf(message, 'request')
    const response = fieldOf(message, 'response')
    const server = fieldOf(message, 'server')
    if (
      request instanceof IncomingMessage &&
      response instanceof ServerResponse &&
      server instanceof Server
    )
      listener({ request, response, socket: request.socket, server })
  }
  subscribe('http.server.request.start', onMessage)
  return () => unsubscribe('http.server.request.start', onMessage)
}

/**
 * Watches the sockets of every HTTP server of this process. It is needed because closing a stream does not close the
 * socket of a client that takes nothing: what was written before waits for it for ever.
 *
 * Each socket gets no delay and TCP keep-alive. A socket on which nothing has moved for `stallMs` is destroyed if it
 * carries an event stream and has bytes waiting; any other answer may take as long as it needs.
 * It must run before the server takes its first request.
 *
 * @returns unsubscribe
 */
export function guardSockets({ stallMs }: { stallMs: number }): () => void {
  return onServerRequest(({ response, socket }) => {
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 10_000)
    // The listener also keeps Node from destroying the socket of whatever else is slow.
    response.setTimeout(stallMs, () => {
      if (isEventStream(response) && response.writableLength > 0) socket.destroy()
      else socket.setTimeout(stallMs)
    })
  })
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream')
}

/**
 * Lets requests that offer another protocol (`Upgrade: h2c`, WebSocket) be answered like any other, which RFC 9110,
 * section 7.8 leaves to the server. Next listens for them for the sake of its hot reload, and outside of development
 * leaves their connections open without an answer, where no timeout ends them: anybody could hold them for ever.
 */
export function ignoreUpgrades(): void {
  subscribe('net.server.socket', (message) => {
    const server = fieldOf(fieldOf(message, 'socket'), 'server')
    if (server instanceof Server) server.removeAllListeners('upgrade')
  })
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
