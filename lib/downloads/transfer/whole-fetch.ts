import { toFault, transient } from './faults'
import type { FetchContext } from './fetch-context'
import { receive } from './receive'

/**
 * Fetches a file from a server that does no ranges, over one connection. After a cut it is asked for
 * from the beginning again, and what is there already is skipped.
 */
export class WholeFetch {
  readonly #context: FetchContext

  constructor(context: FetchContext) {
    this.#context = context
  }

  /**
   * Resolves once the plan is complete.
   * @throws AppError when it makes no sense to go on; TransferFault `changed`; the signal's reason.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { patience, plan, source } = this.#context.o
    while (!plan.complete) {
      let askedAt = performance.now()
      try {
        await patience.ready(signal)
        askedAt = performance.now()
        await this.#fetch(signal)
      } catch (error) {
        signal.throwIfAborted()
        const failure = toFault(error)
        if (failure.fault.kind === 'expired') source.forget()
        await patience.after(failure, signal, askedAt)
      }
    }
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    const { plan, limiter, stallMs, write, blocks } = this.#context.o
    const { body } = await this.#context.open(null, signal)
    const at = plan.done.prefix
    const segment = { start: at, at, end: plan.size ?? Number.MAX_SAFE_INTEGER }
    const options = {
      body,
      segment,
      bodyEnd: plan.size,
      skip: at,
      write,
      blocks,
      limiter,
      stallMs,
      signal,
    }
    const filled = await receive(options)
    if (plan.size === null) plan.endsAt(segment.at)
    else if (!filled) throw transient('The reply ended too early.')
  }
}
