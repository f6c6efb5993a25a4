import { requestedCursor } from './cursor'
import { Batches, encodeOpening, SSE_HEADERS, streamBody } from './frames'
import { type LimitScope, Limits } from './limits'
import type { Admission, SseServerOptions, SubscribeOptions } from './options'
import { Reader } from './reader'
import { type CloseReason, Counters, type ResumeOutcome, type SseStats } from './stats'
import { Subscription } from './subscription'
import { Heartbeat, jitter, systemTimers, type Timers } from './timers'
import type { Source } from './types'
import { WakeCoalescer } from './wake-coalescer'

const ALWAYS: Admission = { kind: 'admitted', onRevoked: () => () => {}, release: () => {} }

/** What an open stream holds, to be given back when it closes. */
type Held = Extract<Admission, { kind: 'admitted' }>

type OpenStream = { name: string; subscription: Subscription }

/** Opens streams over sources, and knows and limits those that are open. */
export class SseServer {
  readonly #options: SseServerOptions
  readonly #timers: Timers
  readonly #heartbeatMs: number
  readonly #limits: Limits
  readonly #heartbeat: Heartbeat
  readonly #wakes: WakeCoalescer
  readonly #batches = new Batches()
  readonly #counters = new Counters()
  readonly #open = new Set<OpenStream>()
  readonly #listeners = new Set<() => void>()
  #closing = false

  constructor(options: SseServerOptions) {
    this.#options = options
    this.#timers = options.timers ?? systemTimers
    this.#heartbeatMs = options.heartbeatMs ?? 15_000
    this.#wakes = new WakeCoalescer(this.#timers)
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
    const held = this.#hold(request, options)
    if (held.kind === 'refused') {
      options.onClose?.('rejected')
      return held.response
    }
    this.#counters.resumed[outcome] += 1
    return this.#stream(request, source, reader, held, options)
  }

  /** The gauges and counters as they are now. */
  stats(): SseStats {
    const open = [...this.#open].map(({ name, subscription: { lag, blocked } }) => ({
      name,
      lag,
      blocked,
    }))
    return this.#counters.snapshot(open)
  }

  /** Calls `listener` whenever a stream opens or closes; returns unsubscribe. */
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

  #stream(request: Request, source: Source, reader: Reader, held: Held, options: SubscribeOptions) {
    const cleanups = new Cleanups()
    const subscription = this.#subscription(request, reader, options, (reason) => {
      cleanups.run()
      // A source that fails breaks the body by itself; ending it first would look like a stream that is whole.
      if (reason !== 'error') end()
      this.#counters.closed[reason] += 1
      options.onClose?.(reason)
      this.#changed()
    })
    const leave = () => subscription.close('client')
    const { body, end } = streamBody(subscription.chunks(), leave)
    const open = { name: options.name, subscription }
    this.#open.add(open)
    this.#counters.opened += 1
    cleanups.add(() => this.#open.delete(open))
    cleanups.add(() => held.release())
    cleanups.add(this.#heartbeat.add(subscription))
    cleanups.add(this.#wakes.join(source.log, subscription))
    request.signal.addEventListener('abort', leave)
    cleanups.add(() => request.signal.removeEventListener('abort', leave))
    this.#changed()
    cleanups.add(held.onRevoked(() => subscription.close('revoked')))
    // A client that left while the handler ran fires the signal before anybody listens, and never cancels the body.
    if (request.signal.aborted) leave()
    return new Response(body, { headers: SSE_HEADERS })
  }

  #subscription(
    request: Request,
    reader: Reader,
    options: SubscribeOptions,
    onClose: (reason: CloseReason) => void,
  ): Subscription {
    return new Subscription({
      reader,
      timers: this.#timers,
      counters: this.#counters,
      observer: this.#options.observer,
      opening: encodeOpening(jitter(this.#timers, this.#options.retryMs ?? 3000, 0.25)),
      heartbeatMs: options.heartbeatMs ?? this.#heartbeatMs,
      pingMs: options.pingMs,
      lifetimeMs: this.#lifetimeOf(request),
      stallMs: this.#options.stallMs,
      onClose,
    })
  }

  /** Takes what a stream needs, in one synchronous step so that limits are exact, or says what to answer instead. */
  #hold(request: Request, { client }: SubscribeOptions): Admission {
    if (this.#closing) return this.#refuse('all')
    const slot = this.#limits.take(client)
    if (slot.kind === 'full') return this.#refuse(slot.scope)
    const admission = this.#options.admit?.(request) ?? ALWAYS
    if (admission.kind === 'refused') {
      slot.release()
      this.#counters.rejected.client += 1
      return admission
    }
    const release = () => {
      slot.release()
      admission.release()
    }
    return { ...admission, release }
  }

  #refuse(scope: LimitScope): Admission {
    this.#counters.rejected[scope] += 1
    const retryAfter = Math.ceil(jitter(this.#timers, 10, 0.5))
    return { kind: 'refused', response: this.#options.reject(scope, retryAfter) }
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

/** What has to be undone at the end. It is undone once, and what is added after the end is undone at once. */
class Cleanups {
  readonly #steps: (() => void)[] = []
  #done = false

  add(step: () => void): void {
    if (this.#done) step()
    else this.#steps.push(step)
  }

  run(): void {
    this.#done = true
    for (const step of this.#steps.splice(0)) step()
  }
}
