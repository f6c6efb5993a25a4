import { type AppError, isAppError } from '@/lib/platform/errors'
import type { Ticket } from '../scheduler'
import type { EngineEvent, GenerateRequest } from '../types'
import { EventQueue } from './event-queue'
import { GenerationClock } from './generation-clock'
import type { ModelRunner } from './model-runner'
import type { OutputItem } from './protocol'
import { Signal } from './signal'
import { ToolEvents } from './tools/tool-events'
import { toAppError } from './worker-errors'
import type { WorkerProcess } from './worker-process'

/** One request on its way through the queue, the load and the worker of its model, told as events. */
export class GenerationJob {
  readonly events = new EventQueue<EngineEvent>()
  private readonly clock: GenerationClock
  private readonly changed = new Signal()
  private readonly tools: ToolEvents | undefined
  /** Set when it is to end early: why. */
  private ending: 'cancelled' | AppError | undefined
  private cancelWorker: (() => void) | undefined
  /** The worker has said something of it. */
  private begun = false
  private triedAgain = false
  private work: Promise<void> = Promise.resolve()
  private prompt = { promptTokens: 0, cachedTokens: 0, truncatedTokens: 0 }

  constructor(
    private readonly runner: ModelRunner,
    private readonly request: GenerateRequest,
    now: () => number,
  ) {
    this.clock = new GenerationClock(now)
    this.tools = ToolEvents.for(request)
  }

  /** Enters the queue and asks for the model. @throws AppError `queue_full` */
  start(): void {
    const { scheduler } = this.runner
    const ticket = scheduler.enter(this.request.client, () => {
      if (ticket.position > 0) this.events.push({ kind: 'queued', position: ticket.position })
      this.changed.raise()
    })
    if (ticket.position > 0) this.events.push({ kind: 'queued', position: ticket.position })
    this.work = this.run(ticket).finally(() => scheduler.leave(ticket))
  }

  /** Ends it early: with `done` when it was cancelled, else with the error. */
  end(why: 'cancelled' | AppError): void {
    this.ending ??= why
    this.cancelWorker?.()
    this.changed.raise()
  }

  /** Ends it if it has not ended. Resolves when its slot is free. */
  async close(): Promise<void> {
    this.end('cancelled')
    await this.work
  }

  private async run(ticket: Ticket): Promise<void> {
    try {
      for (;;) {
        const worker = await this.admission(ticket)
        if (!worker) {
          this.finish('cancelled', { completionTokens: 0, promptMs: 0, generationMs: 0 })
          return
        }
        if ((await this.generate(worker)) === 'over') return
      }
    } catch (error) {
      this.events.fail(error)
    }
  }

  /** Waits for a slot and for the model; undefined when it was ended before. A worker that goes away is loaded again. */
  private async admission(ticket: Ticket): Promise<WorkerProcess | undefined> {
    while (!this.ending) {
      const worker = await this.loaded()
      if (!worker) return undefined
      if (ticket.position === 0) return worker
      const stopWatching = worker.onGone(() => this.changed.raise())
      await this.changed.next()
      stopWatching()
      if (worker.ended?.code === 'model_unloaded') throw worker.ended
    }
    return undefined
  }

  /** The worker, with the progress of its load on the stream; undefined when it was ended before. */
  private loaded(): Promise<WorkerProcess | undefined> {
    const ended = new Signal()
    const stopWatching = this.changed.onRaise(() => {
      if (this.ending) ended.raise()
    })
    const load = this.clock.timeLoad(
      this.runner.load((progress) => this.events.push({ kind: 'loading', progress })),
    )
    return Promise.race([load, ended.next().then(() => undefined)]).finally(stopWatching)
  }

  /** Generates to the end; `again` when the worker was gone before it had begun, which nobody needs to notice once. */
  private generate(worker: WorkerProcess): Promise<'over' | 'again'> {
    this.clock.started()
    return new Promise((resolve, reject) => {
      const handle = worker.generate(this.request, {
        onItem: (item) => {
          this.take(item)
          if (item.kind === 'done' || item.kind === 'failed') resolve('over')
        },
        onCrash: (error) => {
          if (this.begun || this.triedAgain || error.code === 'model_unloaded') reject(error)
          this.triedAgain = true
          resolve('again')
        },
      })
      this.cancelWorker = handle.cancel
      if (this.ending) handle.cancel()
    })
  }

  private take(item: OutputItem): void {
    switch (item.kind) {
      case 'started': {
        this.begun = true
        const { promptTokens, cachedTokens, truncatedTokens } = item
        this.prompt = { promptTokens, cachedTokens, truncatedTokens }
        this.events.push({ kind: 'started', promptTokens, cachedTokens, truncatedTokens })
        break
      }
      case 'text':
        this.clock.token()
        this.say(item)
        break
      case 'done':
        this.finish(item.finishReason, item)
        break
      case 'failed':
        this.events.fail(toAppError(item.error))
        break
      case 'reply':
        break
    }
  }

  private say({ text, tokens, logprobs }: Extract<OutputItem, { kind: 'text' }>): void {
    const event = { kind: 'text' as const, text, tokens, ...(logprobs ? { logprobs } : {}) }
    for (const each of this.tools?.push(event) ?? [event]) this.events.push(each)
  }

  private finish(
    finishReason: 'stop' | 'length' | 'cancelled',
    measured: { completionTokens: number; promptMs: number; generationMs: number },
  ): void {
    if (isAppError(this.ending)) {
      this.events.fail(this.ending)
      return
    }
    for (const event of this.tools?.finish() ?? []) this.events.push(event)
    const { promptTokens, cachedTokens } = this.prompt
    const { completionTokens } = measured
    this.events.push({
      kind: 'done',
      finishReason: finishReason === 'stop' && this.tools?.called ? 'tool_calls' : finishReason,
      usage: { ...this.prompt, completionTokens },
      timings: this.clock.timings({ ...measured, evaluatedTokens: promptTokens - cachedTokens }),
    })
    this.events.end()
  }
}
