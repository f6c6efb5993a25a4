import { subscribe } from 'node:diagnostics_channel'
import { Server, ServerResponse } from 'node:http'

/** Milliseconds that everything has to end by itself before connections are cut. */
const GRACE_MS = 8_000

/**
 * Stops the server on SIGINT, SIGTERM, or when the process that started it is gone: no new
 * connections, then `close`, then exit 0. Next's own handlers are replaced, since they exit as soon
 * as the last connection ends, while jobs still checkpoint, and never while a stream is open.
 */
export function installShutdown(close: () => Promise<void>): void {
  const server = watchServer()
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    const deadline = setTimeout(() => process.exit(1), GRACE_MS)
    server()?.close()
    keepNoneAlive()
    try {
      await close()
    } catch (error) {
      console.error(error)
    }
    server()?.closeAllConnections()
    clearTimeout(deadline)
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal)
    process.on(signal, stop)
  }
  // Set when the start script is our parent: a killed parent must not leave us behind.
  if (process.send) process.once('disconnect', stop)
}

/** A client that is answered while the server stops does not send its next request on the same connection. */
function keepNoneAlive(): void {
  subscribe('http.server.request.start', (message) => {
    if (typeof message !== 'object' || !message || !('response' in message)) return
    if (message.response instanceof ServerResponse) message.response.shouldKeepAlive = false
  })
}

/** Next keeps its HTTP server to itself; the first request tells which one it is. */
function watchServer(): () => Server | undefined {
  let server: Server | undefined
  subscribe('http.server.request.start', (message) => {
    if (typeof message !== 'object' || !message || !('server' in message)) return
    if (message.server instanceof Server) server ??= message.server
  })
  return () => server
}
