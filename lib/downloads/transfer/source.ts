import type { ResolvedFile } from '../types'
import type { HttpClient, Reply } from './http-client'
import type { Range } from './range-set'

/** One file on a server: remembers where the hub's redirect led, so that not every range asks the hub. */
export class Source {
  readonly #client: HttpClient
  readonly #file: ResolvedFile
  #located: string | null = null

  constructor(client: HttpClient, file: ResolvedFile) {
    this.#client = client
    this.#file = file
  }

  /**
   * Asks for a range, or for the whole file.
   * @throws AppError for an address that is refused; otherwise the error of the connection.
   */
  async open(range: Range | null, signal: AbortSignal): Promise<Reply> {
    const header = range ? `bytes=${range.start}-${range.end - 1}` : null
    const reply = await this.#client.get(this.#located ?? this.#file.url, header, signal)
    if (reply.status === 200 || reply.status === 206) this.#located = reply.url.href
    return reply
  }

  /** The next request goes to the hub again. */
  forget(): void {
    this.#located = null
  }
}
