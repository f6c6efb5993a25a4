import { z } from 'zod'
import { withDefaults, withSystemPrompt } from '../request-defaults'
import type {
  CountRequest,
  DetokenizeRequest,
  Embedding,
  EmbedRequest,
  Engine,
  EngineEvent,
  EngineModelStatus,
  GenerateRequest,
  TokenizeRequest,
} from '../types'
import { Admission } from './admission'
import { EventQueue } from './event-queue'
import { generateOn } from './generation-job'
import type { ModelPool } from './model-pool'
import type { NewRequest, OutputItem } from './protocol'
import { toAppError } from './worker-errors'
import type { WorkerProcess } from './worker-process'

const tokenList = z.array(z.number().int())

/** Runs models on this machine, each in a worker process of its own. */
export class LocalEngine implements Engine {
  constructor(
    private readonly pool: ModelPool,
    private readonly now: () => number,
  ) {}

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const runner = await this.pool.runner(request.model)
    const complete = withDefaults(request, runner.settings, runner.model.gguf.sampling)
    this.pool.use(runner)
    try {
      yield* generateOn(runner, complete, signal, this.now)
    } finally {
      this.pool.release(runner, complete.keepAliveMs)
    }
  }

  async *embed(
    { inputs, ...request }: EmbedRequest,
    signal: AbortSignal,
  ): AsyncIterable<Embedding> {
    const question = { kind: 'embed' as const, inputs: [...inputs] }
    for await (const item of this.#ask(request, question, signal))
      if (item.kind === 'embedding') yield { vector: item.vector, tokens: item.tokens }
  }

  async tokenize(
    { text, special, ...request }: TokenizeRequest,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    return tokenList.parse(await this.#reply(request, { kind: 'tokenize', text, special }, signal))
  }

  async count({ prompt, format, ...request }: CountRequest, signal: AbortSignal): Promise<number> {
    const { settings } = await this.pool.runner(request.model)
    const whole = withSystemPrompt(prompt, settings)
    const question = { kind: 'count' as const, request: { prompt: whole, format } }
    return z.int().parse(await this.#reply(request, question, signal))
  }

  async detokenize(
    { tokens, ...request }: DetokenizeRequest,
    signal: AbortSignal,
  ): Promise<string> {
    const question = { kind: 'detokenize' as const, tokens: [...tokens] }
    return z.string().parse(await this.#reply(request, question, signal))
  }

  async load(
    model: string,
    options: { keepAliveMs?: number; pinned?: boolean } = {},
  ): Promise<void> {
    const runner = await this.pool.runner(model)
    if (options.pinned !== undefined) runner.pinned = options.pinned
    this.pool.use(runner)
    try {
      await runner.load()
      runner.onUse()
    } finally {
      this.pool.release(runner, options.keepAliveMs)
    }
  }

  unload(model: string, { force }: { force: boolean }): Promise<void> {
    return this.pool.unload(model, force)
  }

  status(): readonly EngineModelStatus[] {
    return this.pool.status()
  }

  onChange(listener: () => void): () => void {
    return this.pool.onChange(listener)
  }

  close(): Promise<void> {
    return this.pool.close()
  }

  async #reply(
    request: { model: string; client: string },
    question: NewRequest,
    signal: AbortSignal,
  ): Promise<unknown> {
    for await (const item of this.#ask(request, question, signal))
      if (item.kind === 'reply') return item.value
    throw signal.reason
  }

  /** What the worker says to a question, which waits for its turn as a generation does. @throws the reason of `signal` */
  async *#ask(
    { model, client }: { model: string; client: string },
    question: NewRequest,
    signal: AbortSignal,
  ): AsyncGenerator<OutputItem, void> {
    const runner = await this.pool.runner(model)
    this.pool.use(runner)
    try {
      const admission = new Admission(runner, client, signal, this.now)
      try {
        const worker = await admission.worker()
        if (worker) yield* converse(worker, question, signal)
        signal.throwIfAborted()
      } finally {
        admission.leave()
      }
    } finally {
      this.pool.release(runner, undefined)
    }
  }
}

/** Sends a request and reads all of its items. When this returns, the worker is done with it. */
async function* converse(
  worker: WorkerProcess,
  question: NewRequest,
  signal: AbortSignal,
): AsyncGenerator<OutputItem, void> {
  const items = new EventQueue<OutputItem>()
  const left = new AbortController()
  const ended = new Promise<void>((resolve) => {
    worker.request(question, AbortSignal.any([signal, left.signal]), {
      onItem(item) {
        if (item.kind === 'failed') items.fail(toAppError(item.error))
        else items.push(item)
        if (item.kind === 'embedding') return
        items.end()
        resolve()
      },
      onCrash(error) {
        items.fail(error)
        resolve()
      },
    })
  })
  try {
    yield* items.read()
  } finally {
    left.abort()
    await ended
  }
}
