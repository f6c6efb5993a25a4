type Answer = (request: {
  lastId: string | null
  signal: AbortSignal
}) => Response | Promise<Response>

/** A server of one stream: each request gets a body that the test writes into. */
export class FakeServer {
  readonly lastIds: (string | null)[] = []
  private readonly streams: ReadableStreamDefaultController<Uint8Array>[] = []
  /** Answers the next requests instead of a stream, one each. */
  readonly answers: Answer[] = []

  readonly fetch = async (_url: unknown, init: RequestInit = {}): Promise<Response> => {
    const lastId = new Headers(init.headers).get('last-event-id')
    this.lastIds.push(lastId)
    const signal = init.signal ?? new AbortController().signal
    const answer = this.answers.shift()
    return answer ? answer({ lastId, signal }) : this.stream(signal)
  }

  /** How many streams are open. */
  get open(): number {
    return this.streams.length
  }

  get requests(): number {
    return this.lastIds.length
  }

  /** Sends a frame, or any text, on the newest stream. */
  write(text: string): void {
    this.streams.at(-1)?.enqueue(new TextEncoder().encode(text))
  }

  event(id: string, event: string, data: unknown): void {
    this.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  /** Ends the newest stream as a server does that closes it cleanly. */
  end(): void {
    this.streams.pop()?.close()
  }

  private stream(signal: AbortSignal): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.streams.push(controller)
        signal.addEventListener('abort', () => {
          const index = this.streams.indexOf(controller)
          if (index < 0) return
          this.streams.splice(index, 1)
          controller.error(signal.reason)
        })
      },
    })
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  }
}
