import type { Job } from '@/lib/downloads/jobs/job'
import type { JobObserver } from '@/lib/downloads/jobs/job-scheduler'
import type { Engine, EngineEvent, FinishReason, GenerateRequest } from '@/lib/engines/types'
import type { RequestEnd, RequestObserver, RequestRecord } from './requests/request-record'

/** How a generation ended: by itself or stopped, or with what was thrown. */
export type GenerationEnd = { finishReason: FinishReason } | { error: unknown }

/** Watches generations. It is told in this order; a request is the same object each time. */
export type GenerationObserver = {
  /** The engine is asked. */
  began?(request: GenerateRequest): void
  /** The engine tells how it goes on. */
  reported(request: GenerateRequest, event: EngineEvent): void
  /** Nothing more comes. */
  ended?(request: GenerateRequest, end: GenerationEnd): void
}

/** Watches what the server does, without a say in it. Metrics, traces, the log and the dashboard are such observers. */
export type Observer = {
  requests?: RequestObserver
  generations?: GenerationObserver
  downloads?: JobObserver
}

/** Tells every observer. One that throws is reported, and harms neither the others nor what is watched. */
export class Observers implements Required<Observer> {
  readonly #observers: readonly Observer[]
  readonly #onError: (error: unknown) => void

  constructor(observers: readonly Observer[], onError: (error: unknown) => void) {
    this.#observers = observers
    this.#onError = onError
  }

  readonly requests: Required<RequestObserver> = {
    began: (record: RequestRecord) => this.#tell(({ requests }) => requests?.began?.(record)),
    ended: (record: RequestRecord, end: RequestEnd) =>
      this.#tell(({ requests }) => requests?.ended(record, end)),
  }

  readonly generations: Required<GenerationObserver> = {
    began: (request: GenerateRequest) =>
      this.#tell(({ generations }) => generations?.began?.(request)),
    reported: (request: GenerateRequest, event: EngineEvent) =>
      this.#tell(({ generations }) => generations?.reported(request, event)),
    ended: (request: GenerateRequest, end: GenerationEnd) =>
      this.#tell(({ generations }) => generations?.ended?.(request, end)),
  }

  readonly downloads: JobObserver = {
    queued: (job: Job) => this.#tell(({ downloads }) => downloads?.queued(job)),
    began: (job: Job) => this.#tell(({ downloads }) => downloads?.began(job)),
    ended: (job: Job) => this.#tell(({ downloads }) => downloads?.ended(job)),
  }

  #tell(tell: (observer: Observer) => void): void {
    for (const observer of this.#observers) {
      try {
        tell(observer)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}

/** The same engine, whose generations `observer` is told of. */
export function observed(
  engine: Pick<Engine, 'generate'>,
  observer: GenerationObserver,
): Pick<Engine, 'generate'> {
  return {
    async generate(request, signal, onEvent) {
      let end: GenerationEnd = { finishReason: 'cancelled' }
      observer.began?.(request)
      try {
        await engine.generate(request, signal, (event) => {
          if (event.kind === 'done') end = { finishReason: event.finishReason }
          observer.reported(request, event)
          onEvent(event)
        })
      } catch (error) {
        end = { error }
        throw error
      } finally {
        observer.ended?.(request, end)
      }
    },
  }
}
