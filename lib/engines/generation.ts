import { setMaxListeners } from 'node:events'
import { type AppError, fromUnknown } from '@/lib/platform/errors'
import { type EventLog, MemoryLog, type Source, type SseEvent, type SseFrame } from '@/lib/sse'
import { ChoiceCollector, type ChoiceResult, type StreamEncoder } from './generation-output'
import type { Engine, EngineEvent, GenerateRequest, GenerationState, Usage } from './types'

/** Whose it is. */
export type Owner = {
  userId: string | null
  client: string
  /** The key that pays for it with its tokens of the day. */
  keyId?: string | null
}

/** What a generation came to, for each of its choices. */
export type GenerationResult = { choices: readonly ChoiceResult[] }

export type GenerationOptions = {
  id: string
  /** One for each choice. */
  requests: readonly GenerateRequest[]
  owner: Owner
  encoder: StreamEncoder
  /** Milliseconds without a reader after which it stops; 0 is at once, null never. */
  abandonMs: number | null
  engine: Pick<Engine, 'generate'>
  /** Called when it has begun. */
  onStart: () => void
  /** Called when it has ended, however it did, with what each choice cost, and before `result()` says so. */
  onEnd: (usages: readonly Usage[]) => void
}

const LOG_LIMITS = { maxEntries: 20_000, maxBytes: 4 * 1024 * 1024, maxAgeMs: 86_400_000 }

/**
 * One answer in the making, with all its choices. It lives apart from the connections that read it. What was asked, which
 * may be megabytes, is forgotten at its end.
 */
export class Generation {
  readonly id: string
  readonly owner: Owner
  /** The id of the model that answers. */
  readonly model: string
  /** How many choices, one after the other, have the same prompt. */
  readonly choicesPerPrompt: number
  readonly log: EventLog
  readonly #options: Omit<GenerationOptions, 'requests'>
  readonly #choices: readonly ChoiceCollector[]
  readonly #abort = new AbortController()
  readonly #outcome: Promise<GenerationResult>
  readonly #opened: Promise<AppError | null>
  #open: (error: AppError | null) => void = () => {}
  #resolve: (result: GenerationResult) => void = () => {}
  #reject: (error: AppError) => void = () => {}
  #requests: readonly GenerateRequest[]
  #state: GenerationState = { kind: 'running' }
  #lastFrames: SseEvent[] = []
  #readers = 0
  #abandonTimer: NodeJS.Timeout | undefined

  constructor({ requests, ...options }: GenerationOptions) {
    this.#options = options
    this.#requests = requests
    this.id = options.id
    this.owner = options.owner
    this.model = requests[0]?.model ?? ''
    this.choicesPerPrompt = countSamePrompt(requests)
    // The id is the log's epoch, so that the `Last-Event-ID` of a reconnect names the generation.
    this.log = new MemoryLog({ epoch: options.id, ...LOG_LIMITS })
    // Every choice listens to the one signal.
    setMaxListeners(requests.length + 1, this.#abort.signal)
    this.#choices = requests.map(() => new ChoiceCollector())
    this.#outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#opened = new Promise((resolve) => {
      this.#open = resolve
    })
    // Whoever wants the error asks for it; nobody has to.
    this.#outcome.catch(() => undefined)
  }

  /** Asks the engine. Until then it has readers at most. */
  start(): void {
    this.#options.onStart()
    this.#run().then(this.#resolve, this.#reject)
  }

  get state(): GenerationState {
    return this.#state
  }

  /** What is asked of the engine, for each choice; none after the end. */
  get requests(): readonly GenerateRequest[] {
    return this.#requests
  }

  /** The text of each choice so far. */
  get texts(): readonly string[] {
    return this.#choices.map(({ text }) => text)
  }

  /** The place in the queue of the choice that has waited longest; null when one has begun, or all have ended. */
  get queuePosition(): number | null {
    const positions = this.#choices.map(({ queuePosition }) => queuePosition)
    const waiting = positions.filter((position) => position !== null)
    return waiting.length < positions.length ? null : Math.min(...waiting)
  }

  /** The text of one choice so far. */
  text(choice: number): string {
    return this.#choices[choice]?.text ?? ''
  }

  /** What a stream subscribes to. A reader who has fallen off the log gets the whole text so far. */
  source(): Source {
    const { encoder } = this.#options
    return {
      log: this.log,
      reset: (reason) => ({
        cursor: this.log.head,
        data:
          encoder.resetData?.(reason, this.#choices) ??
          JSON.stringify({ reason, texts: this.texts }),
        events: [...encoder.snapshot(this.texts), ...this.#lastFrames],
      }),
    }
  }

  /** How many read it now. */
  get readerCount(): number {
    return this.#readers
  }

  /** Counts a reader. */
  attach(): void {
    this.#readers++
    clearTimeout(this.#abandonTimer)
  }

  /** A reader has left. When it was the last one, the generation may stop. */
  detach(): void {
    this.#readers--
    const { abandonMs } = this.#options
    if (this.#readers > 0 || abandonMs === null || this.#state.kind !== 'running') return
    if (abandonMs === 0) this.stop()
    else this.#abandonTimer = setTimeout(() => this.stop(), abandonMs)
  }

  /** Ends it now, or when the batch in flight ends. What it has generated stays. */
  stop(): void {
    this.#abort.abort()
  }

  /** Ends it at once with an error, so that no reader takes the part for the whole. */
  interrupt(error: AppError): void {
    if (this.#state.kind !== 'running') return
    this.#fail(error)
    this.log.end()
    this.#abort.abort()
  }

  /**
   * The error, when it fails before there is an answer; null once one choice has some, or each has begun. A request
   * can then still be answered with its status, although its stream is prepared.
   */
  opened(): Promise<AppError | null> {
    return this.#opened
  }

  /** Resolves at the end. @throws AppError when it failed */
  result(): Promise<GenerationResult> {
    return this.#outcome
  }

  async #run(): Promise<GenerationResult> {
    try {
      await this.#followAll()
      if (this.#state.kind === 'failed') throw this.#state.error
      const choices = this.#choices.flatMap((choice) => choice.result() ?? [])
      this.#state = { kind: 'done', finishReason: choices[0]?.finishReason ?? 'stop' }
      return { choices }
    } catch (thrown) {
      const error = fromUnknown(thrown)
      if (this.#state.kind !== 'failed') this.#fail(error)
      throw error
    } finally {
      clearTimeout(this.#abandonTimer)
      this.#requests = []
      this.log.end()
      this.#options.onEnd(this.#choices.map(({ usage }) => usage))
    }
  }

  /** Follows every choice to its end: when one fails the others are stopped, and what they have cost by then counts. */
  async #followAll(): Promise<void> {
    const { engine } = this.#options
    const follows = this.#requests.map((request, choice) =>
      engine.generate(request, this.#abort.signal, (event) => this.#take(choice, event)),
    )
    try {
      await Promise.all(follows)
    } catch (error) {
      this.#abort.abort()
      await Promise.allSettled(follows)
      throw error
    }
  }

  /**
   * Puts an event on the log. A reader wakes when the turn of the event loop is over, so all that the worker's message
   * brought, for every choice, goes to it in one chunk.
   */
  #take(choice: number, event: EngineEvent): void {
    // What comes after an interruption is part of no answer, but it was generated.
    this.#choices[choice]?.add(event)
    if (this.log.ended || this.#state.kind !== 'running') return
    if (isAnswer(event) || this.#choices.every(({ hasBegun }) => hasBegun)) this.#open(null)
    try {
      const frames = this.#options.encoder.encode({ choice, event })
      for (const frame of frames) this.log.append(frame)
      if (event.kind === 'done') this.#lastFrames.push(...frames.filter(isEvent))
    } catch (error) {
      this.interrupt(fromUnknown(error))
    }
  }

  #fail(error: AppError): void {
    this.#open(error)
    this.#state = { kind: 'failed', error }
    const frames = this.#options.encoder.encode({ error })
    this.#lastFrames = frames.filter(isEvent)
    for (const frame of frames) this.log.append(frame)
  }
}

function isAnswer({ kind }: EngineEvent): boolean {
  return kind === 'text' || kind === 'reasoning' || kind === 'tool'
}

function isEvent(frame: SseFrame): frame is SseEvent {
  return !('comment' in frame)
}

function countSamePrompt(requests: readonly GenerateRequest[]): number {
  const next = requests.findIndex(({ prompt }) => prompt !== requests[0]?.prompt)
  return next === -1 ? requests.length : next
}
