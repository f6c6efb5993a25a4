import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { AppError } from '@/lib/platform/errors'
import {
  type FromWorker,
  fromWorker,
  type LoadedModel,
  type LoadRequest,
  type Measurement,
  type NewRequest,
  type OutputItem,
  type ToWorker,
} from './protocol'
import { isLong } from './request-size'
import { type Timers, Watchdog } from './watchdog'
import { crashed, toAppError, unloaded } from './worker-errors'

export type StartOptions = {
  /** The bundled worker, an absolute path. */
  script: string
  /** Threads of libuv's pool, which decides how well llama.cpp's own threads work; fixed for the life of a process. */
  poolSize: number
  timers: Timers
  /** Gets what the worker writes to its standard error. */
  log: (line: string) => void
}

/** Gets the items of one request; `done`, `reply` or `failed` is the last, unless the worker crashes. */
type ItemHandler = { onItem(item: OutputItem): void; onCrash(error: AppError): void }
type Answer<T> = {
  resolve(value: T): void
  reject(error: AppError): void
  progress?(p: number): void
}

/** One worker process and the conversation with it. When it ends, whoever waits for it gets an AppError, then `gone` is emitted. */
export class WorkerProcess extends EventEmitter<{ gone: [] }> {
  readonly #child: ChildProcess
  readonly #watchdog: Watchdog
  /** Long requests of which the worker has said nothing yet. */
  readonly #reading = new Set<number>()
  readonly #handlers = new Map<number, ItemHandler>()
  #loading: Answer<LoadedModel> | undefined
  #measuring: Answer<Measurement[]> | undefined
  #nextId = 1
  #crash: AppError | undefined
  #resident = 0
  #why = ''
  /** Resolves when the process is gone and its memory with it. */
  readonly exited: Promise<void>
  readonly #options: StartOptions

  constructor(options: StartOptions) {
    super()
    this.#options = options
    // Everybody who waits for a slot of it listens.
    this.setMaxListeners(0)
    this.#child = fork(options.script, {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: workerEnvironment(process.env, options.poolSize),
    })
    this.#watchdog = new Watchdog(
      options.timers,
      { isBusy: () => this.#handlers.size > 0, isReading: () => this.#reading.size > 0 },
      (why) => {
        this.#why = why
        this.#child.kill('SIGKILL')
      },
    )
    this.#child.stderr?.setEncoding('utf8').on('data', options.log)
    this.#child.on('message', (message) => this.#receive(fromWorker.parse(message)))
    this.exited = new Promise((resolve) => {
      const onGone = (what: string) => {
        this.#fail(what)
        resolve()
      }
      this.#child.once('error', (error) => onGone(error.message))
      this.#child.once('exit', (code, signal) => onGone(signal ?? `exit code ${code}`))
    })
  }

  get poolSize(): number {
    return this.#options.poolSize
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Bytes of memory that the process held when it last said so. */
  get memoryBytes(): number {
    return this.#resident
  }

  /** Opens a model. @throws AppError `model_load_failed` or `worker_crashed` */
  async load(
    request: Omit<LoadRequest, 'kind'>,
    onProgress: (progress: number) => void,
  ): Promise<LoadedModel> {
    const model = await new Promise<LoadedModel>((resolve, reject) => {
      this.#loading = { resolve, reject, progress: onProgress }
      this.#post({ kind: 'load', ...request })
    })
    this.#watchdog.loading = false
    return model
  }

  /** Tries plans on a model and says how fast each is. */
  measure(request: Omit<Extract<ToWorker, { kind: 'measure' }>, 'kind'>): Promise<Measurement[]> {
    return new Promise((resolve, reject) => {
      this.#measuring = { resolve, reject }
      this.#post({ kind: 'measure', ...request })
    })
  }

  /** Sends a request. When `signal` is aborted the worker ends it soon, with an item as always. */
  request(request: NewRequest, signal: AbortSignal, handler: ItemHandler): void {
    const crash = this.#crash
    if (crash) {
      queueMicrotask(() => handler.onCrash(crash))
      return
    }
    const id = this.#nextId++
    const cancel = () => this.#post({ kind: 'cancel', id })
    this.#handlers.set(id, {
      onItem(item) {
        if (isLast(item)) signal.removeEventListener('abort', cancel)
        handler.onItem(item)
      },
      onCrash(error) {
        signal.removeEventListener('abort', cancel)
        handler.onCrash(error)
      },
    })
    if (isLong(request)) this.#reading.add(id)
    this.#post({ ...request, id })
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
  }

  /** Why it ended, once it has. */
  get ended(): AppError | undefined {
    return this.#crash
  }

  /** Ends the process at once; whoever waits for it gets `model_unloaded`. Resolves when it is gone. */
  stop(): Promise<void> {
    this.#crash ??= unloaded()
    this.#child.kill('SIGKILL')
    return this.exited
  }

  #post(message: ToWorker): void {
    if (!this.#crash && this.#child.connected) this.#child.send(message)
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'beat':
        this.#resident = message.memoryBytes
        this.#watchdog.beat(message.evaluations, message.pausing)
        break
      case 'progress':
        this.#loading?.progress?.(message.progress)
        break
      case 'loaded':
        this.#loading?.resolve(message.model)
        break
      case 'measured':
        this.#measuring?.resolve(message.results)
        break
      case 'load-failed':
        this.#loading?.reject(toAppError(message.error))
        this.#measuring?.reject(toAppError(message.error))
        break
      case 'output':
        for (const item of message.items) this.#deliver(item)
    }
  }

  #deliver(item: OutputItem): void {
    const handler = this.#handlers.get(item.id)
    this.#reading.delete(item.id)
    if (isLast(item)) this.#handlers.delete(item.id)
    handler?.onItem(item)
  }

  #fail(what: string): void {
    this.#watchdog.close()
    this.#crash ??= crashed(
      this.#why || what,
      this.#loading !== undefined && this.#watchdog.loading,
    )
    this.#loading?.reject(this.#crash)
    this.#measuring?.reject(this.#crash)
    for (const handler of this.#handlers.values()) handler.onCrash(this.#crash)
    this.#handlers.clear()
    this.emit('gone')
  }
}

function isLast({ kind }: OutputItem): boolean {
  return kind === 'done' || kind === 'reply' || kind === 'failed'
}

type Environment = Readonly<Record<string, string | undefined>>

/** Our own settings, and whatever a name says to be secret. */
const WITHHELD =
  /^(RUNNEL_|NEXTAUTH_|AUTH_|HF_|DATABASE_URL|REDIS_URL)|SECRET|TOKEN|PASSWORD|CREDENTIAL|_KEY$/i

/**
 * The environment of a worker process. It opens files that anybody may have written, so it gets none of our secrets.
 * @param poolSize threads of libuv's pool
 */
export function workerEnvironment(environment: Environment, poolSize: number): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !WITHHELD.test(name))
  return {
    ...Object.fromEntries(kept),
    NODE_ENV: process.env.NODE_ENV,
    UV_THREADPOOL_SIZE: String(poolSize),
  }
}
