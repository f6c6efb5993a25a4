import type { TestServer } from './server'

/** A stream that is open, and whether the server has ended it. */
export class OpenStream {
  text = ''
  ended = false

  constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {
    this.read().catch(() => {
      this.ended = true
    })
  }

  /** Goes away, as a closed tab does. */
  close(): void {
    this.abort.abort()
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder()
    for await (const chunk of this.response.body ?? [])
      this.text += decoder.decode(chunk, { stream: true })
    this.ended = true
  }
}

/** Opens the stream of all downloads, which by itself never ends. */
export async function openStream(
  server: TestServer,
  headers: Record<string, string>,
  path = '/v1/models/download/progress',
): Promise<OpenStream> {
  const abort = new AbortController()
  const response = await fetch(new URL(path, server.url), { headers, signal: abort.signal })
  return new OpenStream(response, abort)
}
