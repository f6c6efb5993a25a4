import type { ResolvedFile } from '../types'
import type { Place, Reply } from './http-client'
import type { Range } from './range-set'

/** Who asks: Runnel's HTTP client. */
type Client = {
  get(place: Place, range: string | null, signal: AbortSignal): Promise<Reply>
  getRange(place: Place, range: string, signal: AbortSignal): Promise<Reply>
}

/** One file on a server: remembers where the hub's redirect led, so that not every range asks the hub. */
export class Source {
  readonly #client: Client
  readonly #file: Pick<ResolvedFile, 'url'>
  #located: Place | null = null

  constructor(client: Client, file: Pick<ResolvedFile, 'url'>) {
    this.#client = client
    this.#file = file
  }

  /**
   * Asks for a range, or for the whole file.
   * @throws AppError for an address that is refused; otherwise the error of the connection.
   */
  async open(range: Range | null, signal: AbortSignal): Promise<Reply> {
    const reply = await this.#ask(range && `bytes=${range.start}-${range.end - 1}`, signal)
    if (reply.status === 200 || reply.status === 206) this.#located = reply.place
    return reply
  }

  /** The next request goes to the hub again. */
  forget(): void {
    this.#located = null
  }

  #ask(range: string | null, signal: AbortSignal): Promise<Reply> {
    const place = this.#located
    if (place && range) return this.#client.getRange(place, range, signal)
    return this.#client.get(place ?? { url: new URL(this.#file.url), from: null }, range, signal)
  }
}
