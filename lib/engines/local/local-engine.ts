import { z } from 'zod'
import type { Embedding, Engine, EngineEvent, EngineModelStatus, GenerateRequest } from '../types'
import { generateOn } from './generate-on'
import type { ModelPool } from './model-pool'
import type { ModelRunner } from './model-runner'
import type { WorkerProcess } from './worker-process'

const tokenList = z.array(z.number().int())
const embeddings = z.array(z.object({ vector: z.array(z.number()), tokens: z.number().int() }))

/** Runs models on this machine, each in a worker process of its own. */
export class LocalEngine implements Engine {
  constructor(
    private readonly pool: ModelPool,
    private readonly now: () => number,
  ) {}

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const runner = await this.pool.runner(request.model)
    this.pool.use(runner)
    try {
      yield* generateOn(runner, request, signal, this.now)
    } finally {
      this.pool.release(runner, request.keepAliveMs)
    }
  }

  async embed(
    model: string,
    inputs: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Embedding[]> {
    const reply = await this.ask(model, (worker) =>
      worker.ask({ kind: 'embed', inputs: [...inputs] }),
    )
    signal.throwIfAborted()
    return embeddings.parse(reply)
  }

  async tokenize(
    model: string,
    text: string,
    { special }: { special: boolean },
  ): Promise<readonly number[]> {
    return tokenList.parse(
      await this.ask(model, (worker) => worker.ask({ kind: 'tokenize', text, special })),
    )
  }

  async detokenize(model: string, tokens: readonly number[]): Promise<string> {
    return z
      .string()
      .parse(
        await this.ask(model, (worker) => worker.ask({ kind: 'detokenize', tokens: [...tokens] })),
      )
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

  private async ask<T>(model: string, question: (worker: WorkerProcess) => Promise<T>): Promise<T> {
    const runner: ModelRunner = await this.pool.runner(model)
    this.pool.use(runner)
    try {
      return await question(await runner.load())
    } finally {
      this.pool.release(runner, undefined)
    }
  }
}
