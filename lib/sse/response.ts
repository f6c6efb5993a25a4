/** The headers of every event stream. */
export const SSE_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // no-transform also keeps a compressing proxy, or Next itself, from holding frames back.
  'Cache-Control': 'no-cache, no-transform',
  // No `Connection: close`: with it, the fetch of Node 20 takes the end of the socket for the end of the body, so that
  // half an answer of a server that was killed passes for a whole one.
  'X-Accel-Buffering': 'no',
} as const

export type StreamBody = {
  body: ReadableStream<Uint8Array>
  /** Ends the body at once. May be called more than once, and after the client has gone. */
  end(): void
}

/**
 * Adapts pulled chunks to a body that a Response takes. Nothing is made ahead of what is asked for: the platform's
 * default of one chunk in reserve would be one chunk of memory for each reader.
 *
 * @param onCancel The client has gone. It may never be called, so the request's signal must be watched as well.
 */
export function streamBody(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  onCancel: () => void,
): StreamBody {
  let open = true
  let end = () => {}
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        end = () => {
          if (open) controller.close()
          open = false
        }
      },
      async pull(controller) {
        const next = await chunks.next()
        if (!open) return
        if (next.done) end()
        else controller.enqueue(next.value)
      },
      cancel() {
        open = false
        onCancel()
      },
    },
    { highWaterMark: 0 },
  )
  return { body, end: () => end() }
}
