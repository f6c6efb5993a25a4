import { Batches } from './batches'
import { requestedCursor } from './cursor'
import { encodeOpening } from './frames'
import { Heartbeat } from './heartbeat'
import { type LimitScope, Limits } from './limits'
import { Reader } from './reader'
import { SSE_HEADERS, streamBody } from './response'
import { type CloseReason, Counters, type ResumeOutcome, type SseStats } from './stats'
import { Subscription } from './subscription'
import { jitter, systemTimers, type Timers } from './timers'
import type { Source } from './types'

export type SseServerOptions = {
  /** Streams that may be open at once, in all and for one client. */
  maxSubscribers: number
  maxPerClient: number
  /** Milliseconds that a connection lives, up to a tenth more or less. */
  maxAgeMs: number
  /** Milliseconds after which a reader that takes nothing is cut. */
  stallMs: number
  /** Milliseconds of silence after which a comment is sent. Default: 15 s. */
  heartbeatMs?: number
  /** Milliseconds that a browser waits before it reconnects, up to a quarter more or less. Default: 3 s. */
  retryMs?: number
  /** The answer to a subscriber that a limit keeps out. */
  reject(scope: LimitScope, retryAfterSeconds: number): Response
  timers?: Timers
}

export type SubscribeOptions = {
  /** Whom the limit for one client counts: a user, a key or an address. */
  client: string
  /** What is streamed, from a small fixed set: the label in statistics. */
  name: string
  /** Milliseconds between real `ping` events, which a page can see and a comment is not. Default: none. */
  pingMs?: number
  /**
   * Called exactly once for every call of `subscribe` that does not throw: when its stream is closed, or at once
   * when none was opened, because a limit kept it out or there was nothing left to read.
   */
  onClose?: (reason: CloseReason | 'rejected' | 'finished') => void
}

type OpenStream = { name: string; subscription: Subscription }

/** Opens streams over sources, and knows and limits those that are open. */
export class SseServer {
  readonly #options: SseServerOptions
  readonly #timers: Timers
  readonly #heartbeatMs: number
  readonly #limits: Limits
  readonly #heartbeat: Heartbeat
  readonly #batches = new Batches()
  readonly #counters = new Counters()
  readonly #open = new Set<OpenStream>()
  readonly #listeners = new Set<() => void>()
  #closing = false

  constructor(options: SseServerOptions) {
    this.#options = options
    this.#timers = options.timers ?? systemTimers
    this.#heartbeatMs = options.heartbeatMs ?? 15_000
    this.#limits = new Limits(options.maxSubscribers, options.maxPerClient)
    const period = Math.min(1000, this.#heartbeatMs / 4, options.stallMs / 4)
    this.#heartbeat = new Heartbeat(this.#timers, Math.max(10, period))
  }

  /**
   * Answers a request with a stream of `source`, from the cursor that the request brings: `Last-Event-ID`, or
   * `last_event_id` in the query. 204 when that cursor is at the end of what there will ever be, which tells a
   * browser to stop reconnecting; what `reject` says when a limit is reached.
   * It throws what the source throws before the stream has begun.
   */
  async subscribe(request: Request, source: Source, options: SubscribeOptions): Promise<Response> {
    const cursor = requestedCursor(request)
    const reader = new Reader(source, this.#batches, cursor)
    let outcome: ResumeOutcome = 'fresh'
    if (cursor) {
      const first = await reader.peek()
      if (first.kind === 'over') {
        this.#counters.resumed.finished += 1
        options.onClose?.('finished')
        return new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } })
      }
      outcome = first.kind === 'batch' && first.reset ? 'reset' : 'resumed'
    }
    const slot = this.#limits.take(options.client)
    if (this.#closing || slot.kind === 'full') {
      if (slot.kind === 'taken') slot.release()
      return this.#reject(slot.kind === 'full' ? slot.scope : 'all', options)
    }
    this.#counters.resumed[outcome] += 1
    return this.#stream(request, source, reader, slot.release, options)
  }

  /** The gauges and counters as they are now. */
  stats(): SseStats {
    const open = [...this.#open].map(({ name, subscription }) => ({ name, lag: subscription.lag }))
    return this.#counters.snapshot(open)
  }

  /** Calls `listener` whenever a stream opens or closes; returns how to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Ends every stream cleanly and takes no more. A reader gets what is ready, then the end of its stream; one that
   * takes nothing is cut after `graceMs`.
   */
  async close(graceMs = 2000): Promise<void> {
    this.#closing = true
    for (const { subscription } of this.#open) subscription.drain('shutdown')
    await this.#untilEmpty(graceMs)
    for (const { subscription } of [...this.#open]) subscription.close('shutdown')
  }

  #stream(
    request: Request,
    source: Source,
    reader: Reader,
    release: () => void,
    options: SubscribeOptions,
  ): Response {
    const cleanups: (() => void)[] = [release]
    const subscription = new Subscription({
      reader,
      timers: this.#timers,
      counters: this.#counters,
      opening: encodeOpening(jitter(this.#timers, this.#options.retryMs ?? 3000, 0.25)),
      heartbeatMs: this.#heartbeatMs,
      pingMs: options.pingMs,
      lifetimeMs: this.#lifetimeOf(request),
      stallMs: this.#options.stallMs,
      onClose: (reason) => {
        for (const cleanup of cleanups) cleanup()
        this.#counters.closed[reason] += 1
        options.onClose?.(reason)
        this.#changed()
      },
    })
    const leave = () => subscription.close('client')
    const { body, end } = streamBody(subscription.chunks(), leave)
    const open = { name: options.name, subscription }
    this.#open.add(open)
    request.signal.addEventListener('abort', leave)
    cleanups.push(
      () => request.signal.removeEventListener('abort', leave),
      this.#heartbeat.add(subscription),
      source.log.onWake(() => subscription.wake()),
      () => this.#open.delete(open),
      end,
    )
    this.#counters.opened += 1
    this.#changed()
    // A client that left while the handler ran fires the signal before anybody listens, and never cancels the body.
    if (request.signal.aborted) leave()
    return new Response(body, { headers: SSE_HEADERS })
  }

  #reject(scope: LimitScope, options: SubscribeOptions): Response {
    this.#counters.rejected[scope] += 1
    options.onClose?.('rejected')
    return this.#options.reject(scope, Math.ceil(jitter(this.#timers, 10, 0.5)))
  }

  /** Only a GET is repeated by a browser: ending another would lose the rest of its answer. */
  #lifetimeOf(request: Request): number {
    return request.method === 'GET' ? jitter(this.#timers, this.#options.maxAgeMs, 0.1) : Infinity
  }

  #untilEmpty(graceMs: number): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const finish = () => {
        stopTimer()
        stopListening()
        resolve()
      }
      const stopTimer = this.#timers.after(graceMs, finish)
      const stopListening = this.onChange(() => {
        if (this.#open.size === 0) finish()
      })
    })
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
