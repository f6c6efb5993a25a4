import type { Server } from 'node:http'
import { onServerRequest } from './http/server-requests'

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
  onServerRequest(({ response }) => {
    response.shouldKeepAlive = false
  })
}

/** Next keeps its HTTP server to itself; the first request tells which one it is. */
function watchServer(): () => Server | undefined {
  let server: Server | undefined
  onServerRequest((request) => {
    server ??= request.server
  })
  return () => server
}

/** Milliseconds after which what still closes is left to itself: all together have `GRACE_MS`. */
const CLOSING_MS = 3_000

/** Something to close at the end, and what the log calls it. */
export type Closing = readonly [name: string, close: () => unknown]

/**
 * Closes one after the other. One that throws or hangs keeps no other from it: the jobs after it still checkpoint.
 * @param limitMs how long each is waited for
 * @throws AggregateError at the end, with all that went wrong, each with the name of what could not be closed.
 */
export async function closeAll(all: readonly Closing[], limitMs = CLOSING_MS): Promise<void> {
  const errors: Error[] = []
  for (const [name, close] of all) {
    try {
      await within(limitMs, async () => close())
    } catch (cause) {
      errors.push(new Error(`${name} could not be closed`, { cause }))
    }
  }
  if (errors.length > 0)
    throw new AggregateError(errors, errors.map(({ message }) => message).join('; '))
}

/** @throws an Error when it takes longer. */
async function within(ms: number, run: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took more than ${ms} ms`)), ms)
  })
  try {
    await Promise.race([run(), late])
  } finally {
    clearTimeout(timer)
  }
}
