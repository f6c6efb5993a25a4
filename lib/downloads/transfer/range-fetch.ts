import type { ConnectionCount } from './connection-count'
import { TransferFault, toFault, transient } from './faults'
import type { FetchContext } from './fetch-context'
import type { Segment } from './range-plan'
import { receive } from './receive'

/** Replies to ranges that are no good, in a row, after which the whole file is asked for instead. */
const MAX_BAD_RANGES = 3
/** The first piece only has to show whether the server does ranges, and how fast it is. */
const PROBE_BYTES = 1024 * 1024

/**
 * Fetches what the plan lacks, in pieces over several connections.
 * Each piece that fails goes back to the plan and is taken again after a wait.
 */
export class RangeFetch {
  readonly #context: FetchContext
  readonly #count: ConnectionCount
  #running = 0
  #opened = false

  constructor(context: FetchContext, count: ConnectionCount) {
    this.#context = context
    this.#count = count
  }

  /**
   * Resolves once the plan is complete.
   * @throws AppError when it makes no sense to go on; TransferFault `changed`, or `no_ranges` when the
   *   server has to be asked for the whole file; the signal's reason.
   */
  run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const either = AbortSignal.any([signal, stop.signal])
    return new Promise((resolve, reject) => {
      let failure: { error: unknown } | null = null
      const fill = () => {
        while (!failure && this.#running < this.#count.now) {
          const segment = this.#context.o.plan.take(this.#opened ? undefined : PROBE_BYTES)
          if (!segment) break
          this.#running += 1
          void this.#work(segment, either, fill)
            .catch((error) => {
              failure ??= { error }
              stop.abort(error)
            })
            .finally(() => {
              this.#running -= 1
              fill()
            })
        }
        if (this.#running > 0) return
        if (failure) reject(failure.error)
        else resolve()
      }
      fill()
    })
  }

  async #work(segment: Segment, signal: AbortSignal, onSlow: () => void): Promise<void> {
    const { plan, patience, source } = this.#context.o
    let askedAt = performance.now()
    try {
      await patience.ready(signal)
      askedAt = performance.now()
      await this.#fetch(segment, signal, onSlow)
      this.#count.grow(segment.at - segment.start, performance.now() - askedAt)
      plan.release(segment)
    } catch (error) {
      plan.release(segment)
      signal.throwIfAborted()
      const failure = toFault(error)
      const { kind } = failure.fault
      if (kind === 'transient' && failure.fault.pushback) this.#count.shrink()
      if (kind === 'expired') source.forget()
      if (kind === 'no_ranges' && (plan.done.total === 0 || patience.bad > 0)) throw failure
      await patience.after(failure, signal, askedAt)
      if (kind === 'bad_reply' && patience.bad >= MAX_BAD_RANGES)
        throw new TransferFault(failure.message, { kind: 'no_ranges' })
    }
  }

  async #fetch(segment: Segment, signal: AbortSignal, onSlow: () => void): Promise<void> {
    const { limiter, stallMs, write, blocks, plan } = this.#context.o
    const range = { start: segment.start, end: segment.end }
    const { body, accepted } = await this.#context.open(range, signal)
    const bodyEnd = Math.min(range.end, accepted.size ?? range.end)
    segment.end = Math.min(segment.end, plan.size ?? segment.end)
    this.#opened = true
    const late = setTimeout(
      () => this.#count.widen() && onSlow(),
      this.#count.lateAfterMs(bodyEnd - range.start),
    )
    const rest = { write, blocks, limiter, stallMs, signal, skip: 0 }
    const filled = await receive({ body, segment, bodyEnd, ...rest }).finally(() =>
      clearTimeout(late),
    )
    if (!filled) throw transient('The reply ended too early.')
  }
}
