import { setMaxListeners } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LocalEngine } from '@/lib/engines/local/local-engine'
import { ModelPool, type PoolOptions } from '@/lib/engines/local/model-pool'
import { Tuner } from '@/lib/engines/local/tuner'
import { systemTimers } from '@/lib/engines/local/watchdog'
import { WorkerProcess } from '@/lib/engines/local/worker-process'
import type { CompleteRequest } from '@/lib/engines/request-defaults'
import { DEFAULT_SAMPLING } from '@/lib/engines/schemas'
import type {
  Embedding,
  EmbedRequest,
  Engine,
  EngineEvent,
  GenerateRequest,
} from '@/lib/engines/types'
import type { InstalledModel } from '@/lib/models/types'
import { writeEndlessModel } from '@/tests/support/endless-model'

const root = fileURLToPath(new URL('../../..', import.meta.url))
export const STORYTELLER = `${root}models/storyteller/storyteller.gguf`
const FREE_MEMORY = 8 * 1024 ** 3

/** A model as the catalog would give it, with the shape of Storyteller. */
export function installed(id: string, file = STORYTELLER): InstalledModel {
  return {
    id,
    ref: `file:${id}`,
    revision: null,
    file,
    projector: null,
    files: [],
    size: 1_307_968,
    sha256: null,
    quantization: 'Q8_0',
    licence: null,
    gguf: {
      architecture: 'llama',
      name: id,
      parameters: 1_197_440,
      quantization: 'Q8_0',
      contextLength: 1024,
      embeddingLength: 128,
      layers: 5,
      heads: 4,
      headsKv: 4,
      vocabularySize: 1024,
      kvBytesPerToken: 2560,
      chatTemplate: null,
      licence: null,
      sampling: {},
      splitCount: 1,
    },
    settings: {},
    notes: '',
    tags: [],
    pinned: false,
    builtin: false,
    missing: false,
    damaged: false,
    addedAt: 0,
    lastUsedAt: null,
    timesUsed: 0,
  }
}

/** A model that says no end of text, in a folder of its own; see `writeEndlessModel`. */
export function endlessModel(): InstalledModel {
  const file = join(mkdtempSync(join(tmpdir(), 'runnel-endless-')), 'endless.gguf')
  writeEndlessModel(file)
  const model = installed('endless', file)
  return { ...model, gguf: { ...model.gguf, contextLength: 4096 } }
}

/** A real engine over real workers, and what a test needs to disturb it. */
export function createEngine(
  options: Partial<PoolOptions> = {},
  models: readonly InstalledModel[] = [installed('storyteller')],
) {
  const workers: WorkerProcess[] = []
  const startWorker = (poolSize: number) => {
    const worker = new WorkerProcess({
      script: `${root}dist/llama-worker.mjs`,
      poolSize,
      timers: systemTimers,
      log: () => undefined,
    })
    workers.push(worker)
    return worker
  }
  const store = { get: async () => null, set: async () => undefined, forget: async () => undefined }
  const pool = new ModelPool({
    models: {
      get: async (id) => models.find((model) => model.id === id) ?? null,
      touch: async () => undefined,
      checkPresent: async () => undefined,
    },
    tuner: new Tuner({ cores: 2, threads: 1, store, startWorker }),
    startWorker,
    async stopWorkers() {
      await Promise.all(workers.map((worker) => worker.stop()))
    },
    freeMemory: async () => FREE_MEMORY,
    memoryLimit: undefined,
    parallel: 16,
    contextSize: undefined,
    maxQueue: 256,
    keepAliveMs: 300_000,
    now: Date.now,
    report: () => undefined,
    later: (run, ms) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    ...options,
  })
  return { engine: new LocalEngine(pool, () => performance.now()), workers, startWorker }
}

/** A request for Storyteller with everything that a test does not care about. */
export function request(fields: Partial<CompleteRequest> = {}): CompleteRequest {
  return {
    model: 'storyteller',
    prompt: { kind: 'text', text: 'Once upon a time' },
    sampling: { ...DEFAULT_SAMPLING, seed: 1 },
    maxTokens: 32,
    stop: [],
    format: { kind: 'text' },
    contextPolicy: 'refuse',
    client: 'tester',
    ...fields,
  }
}

/** What a whole answer came to. */
export type Answer = {
  text: string
  events: EngineEvent[]
  done: Extract<EngineEvent, { kind: 'done' }>
}

/** What an engine tells, to be read at the reader's pace. Who leaves early has stopped it, and goes on when its slot is free. */
export function generate(
  engine: Pick<Engine, 'generate'>,
  asked: GenerateRequest,
  signal: AbortSignal,
): AsyncIterable<EngineEvent> {
  return readable(signal, (either, onEvent) => engine.generate(asked, either, onEvent))
}

/** The same for embeddings. */
export function embeddings(
  engine: Pick<Engine, 'embed'>,
  asked: EmbedRequest,
  signal: AbortSignal,
): AsyncIterable<Embedding> {
  return readable(signal, (either, onEmbedding) => engine.embed(asked, either, onEmbedding))
}

async function* readable<T>(
  signal: AbortSignal,
  run: (signal: AbortSignal, onItem: (item: T) => void) => Promise<void>,
): AsyncGenerator<T, void> {
  const left = new AbortController()
  const items = new Told<T>()
  const running = run(AbortSignal.any([signal, left.signal]), (item) => items.push(item)).then(
    () => items.end(),
    (error: unknown) => items.fail(error),
  )
  try {
    yield* items.read()
  } finally {
    left.abort()
    await running
  }
}

/** What was told, until somebody reads it. */
class Told<T> {
  #items: T[] = []
  #outcome: { error?: unknown } | undefined
  #wake = () => {}

  push(item: T): void {
    this.#items.push(item)
    this.#wake()
  }

  end(): void {
    this.#outcome = {}
    this.#wake()
  }

  fail(error: unknown): void {
    this.#outcome = { error }
    this.#wake()
  }

  async *read(): AsyncGenerator<T, void> {
    for (;;) {
      yield* this.#items.splice(0)
      if (this.#items.length > 0) continue
      if (this.#outcome && 'error' in this.#outcome) throw this.#outcome.error
      if (this.#outcome) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** Reads an answer to its end. */
export async function collect(events: AsyncIterable<EngineEvent>): Promise<Answer> {
  const all: EngineEvent[] = []
  for await (const event of events) all.push(event)
  const done = all.at(-1)
  if (done?.kind !== 'done') throw new Error('The answer has no end.')
  const text = all.map((event) => (event.kind === 'text' ? event.text : '')).join('')
  return { text, events: all, done }
}

/** A signal that nobody aborts. */
export const unending = new AbortController().signal
setMaxListeners(0, unending)
