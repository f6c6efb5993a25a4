import { type AppError, isAppError } from '@/lib/platform/errors'
import type { CompleteRequest } from '../request-defaults'
import type { EngineEvent } from '../types'
import { Admission } from './admission'
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
 * Takes a request through the queue, the load and the worker of its model, and tells `emit` of each step. It ends with
 * `done` when it is aborted. When this returns, its slot is free.
 * @throws AppError when its deadline passes, the worker fails, or the queue is full
 */
export async function generateOn(
  runner: ModelRunner,
  request: CompleteRequest,
  signal: AbortSignal,
  now: () => number,
  emit: (event: EngineEvent) => void,
): Promise<void> {
  const job = new GenerationJob(runner, request, now, emit)
  const abort = () => job.end('cancelled')
  const { deadlineMs } = request
  const deadline =
    deadlineMs === undefined
      ? undefined
      : setTimeout(() => job.end(deadlineExceeded(deadlineMs)), deadlineMs)
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) abort()
    await job.run()
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', abort)
  }
}

/** One request on its way, told as events. */
class GenerationJob {
  readonly #runner: ModelRunner
  readonly #request: CompleteRequest
  readonly #now: () => number
  readonly #emit: (event: EngineEvent) => void
  readonly #clock: GenerationClock
  #hasCalled = false
  #reasoningTokens = 0
  /** Aborted when it is to end early, for the reason that is given. */
  readonly #end = new AbortController()
  /** The worker has said something of it. */
  #begun = false
  #triedAgain = false
  #prompt = { promptTokens: 0, cachedTokens: 0, truncatedTokens: 0 }

  constructor(
    runner: ModelRunner,
    request: CompleteRequest,
    now: () => number,
    emit: (event: EngineEvent) => void,
  ) {
    this.#runner = runner
    this.#request = request
    this.#now = now
    this.#emit = emit
    this.#clock = new GenerationClock(now)
  }

  /** Ends it early: with `done` when it was cancelled, else with the error. */
  end(why: 'cancelled' | AppError): void {
    this.#end.abort(why)
  }

  /** Enters the queue, asks for the model, and generates. @throws AppError */
  async run(): Promise<void> {
    const { signal } = this.#end
    const admission = new Admission(this.#runner, this.#request.client, signal, this.#now, {
      onQueued: (position) => this.#emit({ kind: 'queued', position }),
      onLoading: (progress) => this.#emit({ kind: 'loading', progress }),
    })
    try {
      for (;;) {
        const worker = await admission.worker()
        if (!worker) return this.#finish('cancelled', NOTHING, admission.loadMs)
        this.#clock.started()
        if ((await this.#generate(worker, admission.loadMs)) === 'over') return
      }
    } finally {
      admission.leave()
    }
  }

  /** Generates to the end; `again` when the worker was gone before it had begun, which nobody needs to notice once. */
  #generate(worker: WorkerProcess, loadMs: number): Promise<'over' | 'again'> {
    const { model, client, deadlineMs, keepAliveMs, ...request } = this.#request
    return new Promise((resolve, reject) => {
      worker.request({ kind: 'generate', request }, this.#end.signal, {
        onItem: (item) => {
          try {
            this.#take(item, loadMs)
            if (item.kind === 'done') resolve('over')
          } catch (error) {
            reject(error)
          }
        },
        onCrash: (error) => {
          if (this.#begun || this.#triedAgain || error.code === 'model_unloaded') reject(error)
          this.#triedAgain = true
          resolve('again')
        },
      })
    })
  }

  /** Tells of an item at once, so that what came in one message is told in one turn. @throws AppError for `failed` */
  #take(item: OutputItem, loadMs: number): void {
    switch (item.kind) {
      case 'started': {
        this.#begun = true
        const { promptTokens, cachedTokens, truncatedTokens } = item
        this.#prompt = { promptTokens, cachedTokens, truncatedTokens }
        this.#emit({ kind: 'started', ...this.#prompt })
        break
      }
      case 'text':
      case 'reasoning': {
        this.#clock.token()
        if (item.kind === 'reasoning') this.#reasoningTokens += item.tokens
        const { id, ...event } = item
        this.#emit(event)
        break
      }
      case 'tool': {
        this.#clock.token()
        this.#hasCalled = true
        const { id, callId, ...event } = item
        this.#emit(callId === undefined ? event : { ...event, id: callId })
        break
      }
      case 'done':
        this.#finish(item.finishReason, item, loadMs)
        break
      case 'failed':
        throw withAdvice(toAppError(item.error), this.#runner.contextAdvice)
      case 'embedding':
      case 'reply':
        break
    }
  }

  #finish(finishReason: 'stop' | 'length' | 'cancelled', measured: Measured, loadMs: number): void {
    const why: unknown = this.#end.signal.reason
    if (isAppError(why)) throw why
    const { promptTokens, cachedTokens } = this.#prompt
    const evaluatedTokens = promptTokens - cachedTokens
    this.#emit({
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
  }
}
