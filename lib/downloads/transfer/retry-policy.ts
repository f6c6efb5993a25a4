import { sleepUnlessAborted } from '@/lib/platform/abort'
import { AppError } from '@/lib/platform/errors'
import type { Fault, TransferFault } from './faults'

export type RetryOptions = {
  /** Milliseconds without a new byte after which a job fails. */
  giveUpMs: number
  /** Milliseconds; the bound of the first wait, and of the longest. */
  backoffMs: { base: number; cap: number }
  /** Is told why it waits, for people to read; null once bytes come again. */
  onNote: (note: string | null) => void
  /** Is told of each fault after which it goes on. */
  onRetry?: (fault: Fault) => void
  /** Waits so many milliseconds, or rejects when the signal aborts first; another one in tests with a clock of their own. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Bad answers in a row, without a byte between them, after which trying again is pointless. */
const MAX_BAD = 6
/** Waits no longer than this after a failure that came with progress. */
const QUICK_MS = 200

/**
 * Decides after a fault whether to try again and when. While bytes keep coming no number of faults
 * ends a download; what a server asks for with `Retry-After` holds for all connections.
 */
export class RetryPolicy {
  readonly #o: RetryOptions
  readonly #sleep: NonNullable<RetryOptions['sleep']>
  #progressAt = performance.now()
  #progressed = false
  /** Waits since bytes came, each of which may be twice as long as the one before. */
  #waits = 0
  #bad = 0
  #badAt = 0
  #notBefore = 0
  #noted = false
  /** Ends the waits of those who do not know that bytes come again. */
  #wake = new AbortController()

  constructor(options: RetryOptions) {
    this.#o = options
    this.#sleep = options.sleep ?? sleepUnlessAborted
  }

  /** Bad answers since the last new byte. */
  get bad(): number {
    return this.#bad
  }

  /** New bytes are on record. */
  progressed(): void {
    this.#progressAt = performance.now()
    this.#progressed = true
    this.#bad = 0
    if (!this.#noted) return
    this.#noted = false
    this.#o.onNote(null)
    this.#wake.abort()
    this.#wake = new AbortController()
  }

  /** Resolves when the server may be asked again. */
  async ready(signal: AbortSignal): Promise<void> {
    await this.#sleep(this.#notBefore - performance.now(), signal)
  }

  /**
   * Waits as long as makes sense after this fault.
   * @param askedAt when the request was made, on the clock of `performance`. Bad answers to requests
   *   that were under way together count once: more connections do not make it fail sooner.
   * @throws AppError when it makes no sense to go on, TransferFault when others must decide.
   */
  async after(failure: TransferFault, signal: AbortSignal, askedAt: number): Promise<void> {
    const { fault } = failure
    if (fault.kind === 'fatal') throw fault.error
    if (fault.kind === 'changed') throw failure
    if (fault.kind !== 'transient' && askedAt >= this.#badAt) {
      this.#bad += 1
      this.#badAt = performance.now()
      if (this.#bad >= MAX_BAD) throw notTheFile(failure.message)
    }
    if (performance.now() - this.#progressAt > this.#o.giveUpMs) throw unreachable(failure)
    this.#o.onRetry?.(fault)
    const asked = fault.kind === 'transient' ? fault.retryAfterMs : null
    if (asked === null) return this.#backOff(failure, signal)
    this.#notBefore = performance.now() + asked
    this.#note(`${failure.message} It asks to wait ${Math.ceil(asked / 1000)} s.`)
    // What the server asked for is no lack of progress.
    this.#progressAt = Math.max(this.#progressAt, this.#notBefore)
    await this.#sleep(asked, signal)
  }

  /** Waits longer each time, until bytes come on another connection: then the server is there again. */
  async #backOff(failure: TransferFault, signal: AbortSignal): Promise<void> {
    if (this.#progressed) {
      this.#progressed = false
      this.#waits = 0
    } else {
      this.#note(`${failure.message} Trying again.`)
      const sooner = AbortSignal.any([signal, this.#wake.signal])
      const woken = await this.#sleep(this.#nextWaitMs(), sooner).then(
        () => false,
        () => true,
      )
      signal.throwIfAborted()
      if (!woken) return
    }
    await this.#sleep(Math.random() * QUICK_MS, signal)
  }

  /** Anything up to a bound that doubles (full jitter), so that many clients do not come back together. */
  #nextWaitMs(): number {
    const { base, cap } = this.#o.backoffMs
    const bound = Math.min(cap, base * 2 ** Math.min(this.#waits, 30))
    this.#waits += 1
    return Math.random() * bound
  }

  #note(note: string): void {
    this.#noted = true
    this.#o.onNote(note)
  }
}

function unreachable(failure: TransferFault): AppError {
  return new AppError(`The download got no further: ${failure.message}`, {
    code: 'hub_unreachable',
    status: 503,
    hint: 'Check the connection to the hub, then retry: what is there is kept.',
    cause: failure.cause,
  })
}

/** What no reply could be accepted for, after several tries. */
function notTheFile(message: string): AppError {
  return new AppError(message, {
    code: 'bad_reply',
    status: 502,
    hint: 'Something between here and the hub does not pass files on as they are, such as a proxy that asks to sign in. Check it, then retry.',
  })
}
