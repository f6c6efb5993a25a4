import type { Clock } from '../live/ports'
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
  private readonly connection: SseConnection
  private readonly listeners = new Set<() => void>()
  private state = EMPTY_ANSWER
  private lastId: string | undefined
  private frameAsked = false
  private over = false

  constructor(private readonly options: Options) {
    this.connection = new SseConnection({
      url: options.url,
      clock: options.clock,
      fetch: options.fetch,
      onEvent: (event) => this.receive(event),
      onStatus: (status) => this.follow(status),
    })
  }

  /** Calls `listener` after each change; the first one connects, the last one to leave disconnects. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    if (this.listeners.size === 1 && !this.over) this.connection.start(this.lastId)
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size === 0) this.connection.stop()
    }
  }

  /** The answer as it is now; the same object until it changes. */
  readonly getSnapshot = (): AnswerState => this.state

  private receive({ event, data, id }: StreamEvent): void {
    this.lastId = id
    this.change(reduceAnswer(this.state, event, data))
    const { kind } = this.state.phase
    if (kind === 'done' || kind === 'failed') this.end({ kind: 'ended', state: this.state })
  }

  private follow({ kind }: ConnectionStatus): void {
    if (kind === 'ended' || kind === 'refused') this.end({ kind: 'gone' })
    else if (kind !== 'connecting')
      this.change({ ...this.state, reconnecting: kind === 'reconnecting' })
  }

  private end(end: AnswerEnd): void {
    if (this.over) return
    this.over = true
    this.connection.stop()
    this.options.onEnd(end)
  }

  private change(state: AnswerState): void {
    this.state = state
    if (this.frameAsked) return
    this.frameAsked = true
    this.options.nextFrame(() => {
      this.frameAsked = false
      for (const listener of this.listeners) listener()
    })
  }
}
