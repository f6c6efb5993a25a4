import type { Readable } from 'node:stream'
import type { ResolvedFile } from '@/lib/hub/reference'
import type { HttpClient, Place } from '@/lib/platform/http/http-client'
import { changed, isTransient } from './faults'
import type { Journal } from './journal'
import type { Range, RangePlan } from './range-plan'
import { type Accepted, acceptReply } from './reply'

type Parts = {
  client: Pick<HttpClient, 'get'>
  file: ResolvedFile
  plan: RangePlan
  journal: Pick<Journal, 'state' | 'validator'>
  /** Milliseconds without a byte after which a connection is given up. */
  stallMs: number
  /** Is told how long the file is when that was not known. */
  onSize: (size: number) => Promise<void>
}

/**
 * One file on a server: asks for parts of it, and gives only replies that can be believed. It remembers where the hub's
 * redirect led, so that not every range asks the hub, until a reply from there is no good.
 */
export class FileSource {
  readonly #o: Parts
  #located: Place | null = null

  constructor(parts: Parts) {
    this.#o = parts
  }

  /**
   * Asks for a range, or for the whole file when it is null.
   * @throws TransferFault, AppError, or the error of the connection.
   */
  async open(
    range: Range | null,
    signal: AbortSignal,
  ): Promise<{ body: Readable; accepted: Accepted }> {
    const { client, file, plan, journal, stallMs } = this.#o
    const place = this.#located ?? { url: new URL(file.url), from: null }
    const headers = range ? { range: `bytes=${range.start}-${range.end - 1}` } : undefined
    const reply = await client.get(place, { headers, signal, stallMs })
    try {
      const expected = { file, range, size: plan.size, validator: journal.state.validator }
      const accepted = acceptReply(reply, expected, Date.now())
      await this.#learn(accepted)
      this.#located = reply.place
      return { body: reply.body, accepted }
    } catch (error) {
      reply.body.destroy()
      if (!isTransient(error)) this.#located = null
      throw error
    }
  }

  async #learn({ size, validator }: Accepted): Promise<void> {
    const { plan, journal, onSize } = this.#o
    const { state } = journal
    if (size !== null && size < plan.done.end)
      throw changed(`The file has ${size} bytes now; more of it came before.`)
    if (validator && (validator !== state.validator || (size !== null && state.size === null)))
      await journal.validator(validator, size)
    if (size === null || plan.size !== null) return
    plan.endsAt(size)
    await onSize(size)
  }
}
