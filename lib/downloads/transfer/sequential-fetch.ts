import { changed, toFault, transient } from './faults'
import { type FetchParts, overlong } from './range-fetch'

/**
 * Fetches a file over one connection, from its front. After a cut a server that does ranges is asked for the rest;
 * any other for the whole file again, of which what is there already is skipped.
 */
export class SequentialFetch {
  readonly #o: FetchParts
  #ranges: boolean

  /** @param ranges whether the server may be asked for the rest of the file. */
  constructor(parts: FetchParts, ranges: boolean) {
    this.#o = parts
    this.#ranges = ranges
  }

  /**
   * Resolves once the plan is complete.
   * @throws AppError when it makes no sense to go on; TransferFault `changed`; the signal's reason.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { retry, plan } = this.#o
    while (!plan.complete) {
      let askedAt = performance.now()
      try {
        await retry.ready(signal)
        askedAt = performance.now()
        await this.#fetch(signal)
      } catch (error) {
        signal.throwIfAborted()
        const failure = toFault(error)
        if (failure.fault.kind === 'no_ranges') this.#ranges = false
        await retry.after(failure, signal, askedAt)
      }
    }
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    const { plan, source, receive, hasHash } = this.#o
    const at = plan.done.prefix
    const range =
      this.#ranges && at > 0 && plan.size !== null ? { start: at, end: plan.size } : null
    const { body, accepted } = await source.open(range, signal)
    if (at > 0 && !hasHash && accepted.validator === null) {
      body.destroy()
      throw changed(
        'The connection was cut, and the server does not tell versions of the file apart.',
      )
    }
    const segment = { start: at, at, end: plan.size ?? Number.MAX_SAFE_INTEGER }
    const skip = range ? 0 : at
    const received = await receive({ body, segment, bodyEnd: plan.size, skip, signal })
    if (received === 'overlong') throw overlong(hasHash)
    if (plan.size === null) plan.endsAt(segment.at)
    else if (received === 'short') throw transient('The reply ended too early.')
  }
}
