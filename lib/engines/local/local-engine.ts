import { z } from 'zod'
import { withDefaults, withPromptDefaults } from '../request-defaults'
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
import { generateOn } from './generation-job'
import type { ModelPool } from './model-pool'
import type { NewRequest } from './protocol'
import { toAppError } from './worker-errors'
import type { WorkerProcess } from './worker-process'

const tokenList = z.array(z.number().int())

/** Runs models on this machine, each in a worker process of its own. */
export class LocalEngine implements Engine {
  readonly #pool: ModelPool
  readonly #now: () => number

  constructor(pool: ModelPool, now: () => number) {
    this.#pool = pool
    this.#now = now
  }

  async generate(
    request: GenerateRequest,
    signal: AbortSignal,
    onEvent: (event: EngineEvent) => void,
  ): Promise<void> {
    const runner = await this.#pool.runner(request.model)
    const complete = withDefaults(request, runner.settings, runner.model.gguf.sampling)
    this.#pool.use(runner)
    try {
      await generateOn(runner, complete, signal, this.#now, onEvent)
    } finally {
      this.#pool.release(runner, complete.keepAliveMs)
    }
  }

  async embed(
    { inputs, ...request }: EmbedRequest,
    signal: AbortSignal,
    onEmbedding: (embedding: Embedding) => void,
  ): Promise<void> {
    const question = { kind: 'embed' as const, inputs: [...inputs] }
    await this.#ask(request, question, signal, ({ vector, tokens }) =>
      onEmbedding({ vector, tokens }),
    )
  }

  async tokenize(
    { text, special, ...request }: TokenizeRequest,
    signal: AbortSignal,
  ): Promise<readonly number[]> {
    return tokenList.parse(await this.#ask(request, { kind: 'tokenize', text, special }, signal))
  }

  async count({ prompt, format, ...request }: CountRequest, signal: AbortSignal): Promise<number> {
    const { settings } = await this.#pool.runner(request.model)
    const whole = withPromptDefaults(prompt, settings)
    const question = { kind: 'count' as const, request: { prompt: whole, format } }
    return z.int().parse(await this.#ask(request, question, signal))
  }

  async detokenize(
    { tokens, ...request }: DetokenizeRequest,
    signal: AbortSignal,
  ): Promise<string> {
    const question = { kind: 'detokenize' as const, tokens: [...tokens] }
    return z.string().parse(await this.#ask(request, question, signal))
  }

  async load(
    model: string,
    options: { keepAliveMs?: number; pinned?: boolean } = {},
  ): Promise<void> {
    const runner = await this.#pool.runner(model)
    if (options.pinned !== undefined) runner.pinned = options.pinned
    this.#pool.use(runner)
    try {
      await runner.load()
      runner.onUse()
    } finally {
      this.#pool.release(runner, options.keepAliveMs)
    }
  }

  unload(model: string, { force }: { force: boolean }): Promise<void> {
    return this.#pool.unload(model, force)
  }

  status(): readonly EngineModelStatus[] {
    return this.#pool.status()
  }

  onChange(listener: () => void): () => void {
    return this.#pool.onChange(listener)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  /**
   * What the worker replies to a question, which waits for its turn as a generation does.
   * @throws the reason of `signal`
   */
  async #ask(
    { model, client }: { model: string; client: string },
    question: NewRequest,
    signal: AbortSignal,
    onEmbedding: (embedding: Embedding) => void = () => {},
  ): Promise<unknown> {
    const runner = await this.#pool.runner(model)
    this.#pool.use(runner)
    try {
      const admission = new Admission(runner, client, signal, this.#now)
      try {
        const worker = await admission.worker()
        const reply = worker && (await converse(worker, question, signal, onEmbedding))
        signal.throwIfAborted()
        return reply
      } finally {
        admission.leave()
      }
    } finally {
      this.#pool.release(runner, undefined)
    }
  }
}

/** Sends a question and waits for its reply. When this returns, the worker is done with it. */
function converse(
  worker: WorkerProcess,
  question: NewRequest,
  signal: AbortSignal,
  onEmbedding: (embedding: Embedding) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.request(question, signal, {
      onItem(item) {
        if (item.kind === 'embedding') onEmbedding(item)
        else if (item.kind === 'failed') reject(toAppError(item.error))
        else resolve(item.kind === 'reply' ? item.value : null)
      },
      onCrash: reject,
    })
  })
}
