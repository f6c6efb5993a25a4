import { useEffect, useState, useSyncExternalStore } from 'react'
import { FrameState } from '../frame-state'
import { collectorFor, type RunBody } from './collect-body'
import type { FilledCall } from './filled-call'

/** An answer, while it comes and after. */
export type RunAnswer = {
  status: number
  statusText: string
  headers: readonly (readonly [name: string, value: string])[]
  /** From sending to the headers of the answer. */
  headersMs: number
  bytes: number
  body: RunBody
}

/** How a call goes that was sent. */
export type RunState =
  | { kind: 'idle' }
  | { kind: 'sending' }
  | { kind: 'reading'; answer: RunAnswer }
  | { kind: 'done'; answer: RunAnswer; ms: number; end: 'whole' | 'stopped' | 'cut' }
  | { kind: 'failed'; reason: 'stopped' | 'unreachable' }

type Options = {
  fetch: typeof fetch
  /** Monotonic milliseconds. */
  now: () => number
  /** Runs a task before the next frame is drawn. */
  nextFrame: (task: () => void) => void
}

const IDLE: RunState = { kind: 'idle' }

/**
 * Sends a call and follows its answer as it comes, event by event when it is a stream.
 * Listeners hear of it at most once a frame.
 */
export class CallRun {
  readonly #state: FrameState<RunState>
  #abort: AbortController | null = null
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
    this.#state = new FrameState<RunState>(IDLE, options.nextFrame)
  }

  /** Calls `listener` after each change. */
  readonly subscribe = (listener: () => void): (() => void) => this.#state.listen(listener)

  /** How it goes now; the same object until it changes. */
  readonly getSnapshot = (): RunState => this.#state.current

  /** Before anything was sent, as the server draws it. */
  readonly getServerSnapshot = (): RunState => IDLE

  /** Sends a call, with a key or as whoever is signed in; one that still runs is stopped. */
  async send(call: FilledCall, key: string | null): Promise<void> {
    this.stop()
    const abort = new AbortController()
    this.#abort = abort
    this.#change(abort, { kind: 'sending' })
    const startedAt = this.#options.now()
    try {
      const response = await this.#options.fetch(call.url, requestOf(call, key, abort.signal))
      await this.#read(response, startedAt, abort)
    } catch {
      // Fetch says no more than that there was no answer; what broke off later is told by `read`.
      this.#change(abort, { kind: 'failed', reason: 'unreachable' })
    }
  }

  /** Ends the call that runs; what has come stays. */
  stop(): void {
    const abort = this.#abort
    if (!abort) return
    if (this.#state.current.kind === 'sending')
      this.#change(abort, { kind: 'failed', reason: 'stopped' })
    this.#abort = null
    abort.abort()
  }

  async #read(response: Response, startedAt: number, abort: AbortController): Promise<void> {
    if (abort.signal.aborted) return
    const elapsed = () => this.#options.now() - startedAt
    const collect = collectorFor(response, elapsed)
    let answer: RunAnswer = {
      status: response.status,
      statusText: response.statusText,
      headers: [...response.headers],
      headersMs: elapsed(),
      bytes: 0,
      body: collect(new Uint8Array()),
    }
    this.#change(abort, { kind: 'reading', answer })
    const finish = (end: 'whole' | 'stopped' | 'cut') => {
      this.#abort = this.#abort === abort ? null : this.#abort
      this.#state.change({ kind: 'done', answer, ms: elapsed(), end })
    }
    abort.signal.addEventListener('abort', () => finish('stopped'), { once: true })
    try {
      for (const reader = response.body?.getReader(); reader; ) {
        const { done, value } = await reader.read()
        if (abort.signal.aborted) return
        if (done) break
        answer = { ...answer, bytes: answer.bytes + value.byteLength, body: collect(value) }
        this.#change(abort, { kind: 'reading', answer })
      }
    } catch {
      if (!abort.signal.aborted) finish('cut')
      return
    }
    finish('whole')
  }

  /** What an abandoned call still has to say is not heard. */
  #change(abort: AbortController, state: RunState): void {
    if (this.#abort === abort) this.#state.change(state)
  }
}

/** A key goes without the session: what is tried is what the key may do. */
function requestOf(call: FilledCall, key: string | null, signal: AbortSignal): RequestInit {
  const headers = new Headers(call.headers.map(([name, value]) => [name, value]))
  if (key !== null) headers.set('Authorization', `Bearer ${key}`)
  return {
    method: call.method,
    headers,
    body: call.body,
    signal,
    cache: 'no-store',
    credentials: key === null ? 'same-origin' : 'omit',
  }
}

/** A runner for the calls that a part of a page sends, and how the last one goes; it stops with that part. */
export function useCallRun() {
  const [run] = useState(
    () =>
      new CallRun({
        fetch: (...args) => fetch(...args),
        now: () => performance.now(),
        nextFrame: (task) => void requestAnimationFrame(task),
      }),
  )
  const state = useSyncExternalStore(run.subscribe, run.getSnapshot, run.getServerSnapshot)
  useEffect(() => () => run.stop(), [run])
  return { run, state }
}
