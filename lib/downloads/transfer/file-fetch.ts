import type { ConnectionCount } from './connection-count'
import { badReply, changed, TransferFault, toFault, transient } from './faults'
import type { FileSource } from './file-source'
import type { RangePlan, Segment } from './range-plan'
import type { Received, ReceiveOptions } from './receive'
import type { RetryPolicy } from './retry-policy'

/** What both ways of fetching a file work with. */
export type FetchParts = {
  source: FileSource
  plan: RangePlan
  retry: RetryPolicy
  receive(
    options: Pick<ReceiveOptions, 'body' | 'segment' | 'bodyEnd' | 'skip' | 'signal'>,
  ): Promise<Received>
  /** Whether a hash was published, by which wrong bytes are noticed in the end. */
  hasHash: boolean
}

/** Replies to ranges that are no good, in a row, after which the whole file is asked for instead. */
const MAX_BAD_RANGES = 3
/** The first piece only has to show whether the server does ranges, and how fast it is. */
const PROBE_BYTES = 1024 * 1024

/**
 * Fetches what the plan lacks, in pieces over several connections.
 * Each piece that fails goes back to the plan and is taken again after a wait.
 */
export class RangeFetch {
  readonly #o: FetchParts
  readonly #count: ConnectionCount
  #running = 0
  #opened = false

  constructor(parts: FetchParts, count: ConnectionCount) {
    this.#o = parts
    this.#count = count
  }

  /**
   * Resolves once the plan is complete.
   * @throws AppError when it makes no sense to go on; TransferFault `changed`, or `no_ranges` or `no_validator` when the
   *   server has to be asked for the whole file; the signal's reason.
   */
  run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const either = AbortSignal.any([signal, stop.signal])
    return new Promise((resolve, reject) => {
      let failure: { error: unknown } | null = null
      const fill = () => {
        while (!failure && this.#running < this.#count.now) {
          const segment = this.#o.plan.take(this.#opened ? undefined : PROBE_BYTES)
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
    const { plan, retry } = this.#o
    let askedAt = performance.now()
    try {
      await retry.ready(signal)
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
      if (kind === 'no_validator') throw failure
      if (kind === 'no_ranges' && (plan.done.total === 0 || retry.bad > 0)) throw failure
      await retry.after(failure, signal, askedAt)
      if (kind === 'bad_reply' && retry.bad >= MAX_BAD_RANGES)
        throw new TransferFault(failure.message, { kind: 'no_ranges' })
    }
  }

  async #fetch(segment: Segment, signal: AbortSignal, onSlow: () => void): Promise<void> {
    const { plan, source, receive, hasHash } = this.#o
    const range = { start: segment.start, end: segment.end }
    const { body, accepted } = await source.open(range, signal)
    if (!hasHash && accepted.validator === null) {
      body.destroy()
      throw new TransferFault('The server does not tell versions of the file apart.', {
        kind: 'no_validator',
      })
    }
    const bodyEnd = Math.min(range.end, accepted.size ?? range.end)
    segment.end = Math.min(segment.end, plan.size ?? segment.end)
    this.#opened = true
    const lateMs = this.#count.lateAfterMs(bodyEnd - range.start)
    const late = setTimeout(() => this.#count.widen() && onSlow(), lateMs)
    const received = await receive({ body, segment, bodyEnd, skip: 0, signal }).finally(() =>
      clearTimeout(late),
    )
    if (received === 'short') throw transient('The reply ended too early.')
    if (received === 'overlong') throw overlong(hasHash)
  }
}

/** Which of its bytes were asked for nobody knows: without a hash that tells in the end, none are believed. */
export function overlong(hasHash: boolean): TransferFault {
  const message = 'The server sends more bytes than it said.'
  return hasHash ? badReply(message) : changed(message)
}

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
