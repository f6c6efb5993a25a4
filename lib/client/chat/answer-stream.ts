import { FrameState } from '../frame-state'
import type { Clock } from '../live/clock'
import { type ConnectionStatus, SseConnection, type StreamEvent } from '../live/sse-connection'
import { type AnswerState, EMPTY_ANSWER, reduceAnswer } from './answer-state'

/** How a stream ended. `gone` is a generation that the server keeps no more: the saved message has its end. */
export type AnswerEnd = { kind: 'ended'; state: AnswerState } | { kind: 'gone' }

type Options = {
  url: string
  clock: Clock
  fetch: typeof fetch
  /** Runs a task before the next frame is drawn. */
  nextFrame: (task: () => void) => void
  onEnd: (end: AnswerEnd) => void
}

/**
 * One answer as it is written, for any number of components: connected while somebody looks, and
 * heard at most once a frame, however many tokens come.
 */
export class AnswerStream {
  readonly #connection: SseConnection
  readonly #state: FrameState<AnswerState>
  #lastId: string | undefined
  #over = false
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
    this.#state = new FrameState(EMPTY_ANSWER, options.nextFrame)
    this.#connection = new SseConnection({
      url: options.url,
      clock: options.clock,
      fetch: options.fetch,
      onEvent: (event) => this.#receive(event),
      onStatus: (status) => this.#follow(status),
    })
  }

  /** Calls `listener` after each change; the first one connects, the last one to leave disconnects. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const leave = this.#state.listen(listener)
    if (this.#state.listening === 1 && !this.#over) this.#connection.start(this.#lastId)
    return () => {
      leave()
      if (this.#state.listening === 0) this.#connection.stop()
    }
  }

  /** The answer as it is now; the same object until it changes. */
  readonly getSnapshot = (): AnswerState => this.#state.current

  #receive({ event, data, id }: StreamEvent): void {
    this.#lastId = id
    const state = reduceAnswer(this.#state.current, event, data)
    this.#state.change(state)
    const { kind } = state.phase
    if (kind === 'done' || kind === 'failed') this.#end({ kind: 'ended', state })
  }

  #follow({ kind }: ConnectionStatus): void {
    if (kind === 'ended' || kind === 'refused') this.#end({ kind: 'gone' })
    else if (kind !== 'connecting')
      this.#state.change({ ...this.#state.current, reconnecting: kind === 'reconnecting' })
  }

  #end(end: AnswerEnd): void {
    if (this.#over) return
    this.#over = true
    this.#connection.stop()
    this.#options.onEnd(end)
  }
}
