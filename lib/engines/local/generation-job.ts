import { type AppError, isAppError } from '@/lib/platform/errors'
import type { CompleteRequest } from '../request-defaults'
import type { EngineEvent } from '../types'
import { Admission } from './admission'
import { EventQueue } from './event-queue'
import { GenerationClock } from './generation-clock'
import type { ModelRunner } from './model-runner'
import type { OutputItem } from './protocol'
import { deadlineExceeded, toAppError, withAdvice } from './worker-errors'
import type { WorkerProcess } from './worker-process'

type Measured = Pick<
  Extract<OutputItem, { kind: 'done' }>,
  'stopText' | 'completionTokens' | 'waitMs' | 'promptMs' | 'generationMs'
>
const NOTHING: Measured = { completionTokens: 0, waitMs: 0, promptMs: 0, generationMs: 0 }

/**
 * Takes a request through the queue, the load and the worker of its model. It ends with `done` when it is aborted, and
 * with an AppError when its deadline passes or the worker fails. When this returns, its slot is free.
 */
export async function* generateOn(
  runner: ModelRunner,
  request: CompleteRequest,
  signal: AbortSignal,
  now: () => number,
): AsyncGenerator<EngineEvent, void> {
  const job = new GenerationJob(runner, request, now)
  const abort = () => job.end('cancelled')
  const { deadlineMs } = request
  const deadline =
    deadlineMs === undefined
      ? undefined
      : setTimeout(() => job.end(deadlineExceeded(deadlineMs)), deadlineMs)
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) abort()
    job.start()
    yield* job.events.read()
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', abort)
    await job.close()
  }
}

/** One request on its way, told as events. */
class GenerationJob {
  readonly events = new EventQueue<EngineEvent>()
  readonly #clock: GenerationClock
  #hasCalled = false
  #reasoningTokens = 0
  /** Aborted when it is to end early, for the reason that is given. */
  readonly #end = new AbortController()
  #work: Promise<void> = Promise.resolve()
  /** The worker has said something of it. */
  #begun = false
  #triedAgain = false
  #prompt = { promptTokens: 0, cachedTokens: 0, truncatedTokens: 0 }

  constructor(
    private readonly runner: ModelRunner,
    private readonly request: CompleteRequest,
    private readonly now: () => number,
  ) {
    this.#clock = new GenerationClock(now)
  }

  /** Enters the queue and asks for the model. @throws AppError `queue_full` */
  start(): void {
    const admission = new Admission(this.runner, this.request.client, this.#end.signal, this.now, {
      onQueued: (position) => this.events.push({ kind: 'queued', position }),
      onLoading: (progress) => this.events.push({ kind: 'loading', progress }),
    })
    this.#work = this.#run(admission).finally(() => admission.leave())
  }

  /** Ends it early: with `done` when it was cancelled, else with the error. */
  end(why: 'cancelled' | AppError): void {
    this.#end.abort(why)
  }

  /** Ends it if it has not ended. Resolves when its slot is free. */
  async close(): Promise<void> {
    this.end('cancelled')
    await this.#work
  }

  async #run(admission: Admission): Promise<void> {
    try {
      for (;;) {
        const worker = await admission.worker()
        if (!worker) return this.#finish('cancelled', NOTHING, admission.loadMs)
        this.#clock.started()
        if ((await this.#generate(worker, admission.loadMs)) === 'over') return
      }
    } catch (error) {
      this.events.fail(error)
    }
  }

  /** Generates to the end; `again` when the worker was gone before it had begun, which nobody needs to notice once. */
  #generate(worker: WorkerProcess, loadMs: number): Promise<'over' | 'again'> {
    const { model, client, deadlineMs, keepAliveMs, ...request } = this.request
    const { signal } = this.#end
    return new Promise<'over' | 'again'>((resolve, reject) => {
      const message = { kind: 'generate', request } as const
      worker.request(message, signal, {
        onItem: (item) => {
          this.#take(item, loadMs)
          if (item.kind === 'done' || item.kind === 'failed') resolve('over')
        },
        onCrash: (error) => {
          if (this.#begun || this.#triedAgain || error.code === 'model_unloaded') reject(error)
          this.#triedAgain = true
          resolve('again')
        },
      })
    })
  }

  #take(item: OutputItem, loadMs: number): void {
    switch (item.kind) {
      case 'started': {
        this.#begun = true
        const { promptTokens, cachedTokens, truncatedTokens } = item
        this.#prompt = { promptTokens, cachedTokens, truncatedTokens }
        this.events.push({ kind: 'started', ...this.#prompt })
        break
      }
      case 'text':
      case 'reasoning': {
        this.#clock.token()
        if (item.kind === 'reasoning') this.#reasoningTokens += item.tokens
        const { id, ...event } = item
        this.events.push(event)
        break
      }
      case 'tool': {
        this.#clock.token()
        this.#hasCalled = true
        const { id, callId, ...event } = item
        this.events.push(callId === undefined ? event : { ...event, id: callId })
        break
      }
      case 'done':
        this.#finish(item.finishReason, item, loadMs)
        break
      case 'failed':
        this.events.fail(withAdvice(toAppError(item.error), this.runner.contextAdvice))
        break
      case 'embedding':
      case 'reply':
        break
    }
  }

  #finish(finishReason: 'stop' | 'length' | 'cancelled', measured: Measured, loadMs: number): void {
    const why: unknown = this.#end.signal.reason
    if (isAppError(why)) {
      this.events.fail(why)
      return
    }
    const { promptTokens, cachedTokens } = this.#prompt
    const evaluatedTokens = promptTokens - cachedTokens
    this.events.push({
      kind: 'done',
      finishReason: finishReason === 'stop' && this.#hasCalled ? 'tool_calls' : finishReason,
      ...(measured.stopText === undefined ? {} : { stopText: measured.stopText }),
      usage: {
        ...this.#prompt,
        completionTokens: measured.completionTokens,
        reasoningTokens: this.#reasoningTokens,
      },
      timings: this.#clock.timings({ ...measured, evaluatedTokens }, loadMs),
    })
    this.events.end()
  }
}
