import { Worker } from 'node:worker_threads'
import { BufferPool } from './buffer-pool'
import type { HashAnswer, HashRequest } from './hash-queue'

/** The hash of one file, which runs along while the file arrives. */
export type RunningHash = {
  /** Tells that every byte below `prefix` is in the file. */
  advance(prefix: number): void
  /** As `advance` to the end of `bytes`, which begin there in the file: false when they have to be read back from it. */
  share(bytes: Buffer, at: number): boolean
  /** The SHA-256 of the first `size` bytes, lower-case hex. @throws the file system's error, or that the thread ended. */
  finish(size: number): Promise<string>
  /** Nobody wants to know any more. */
  drop(): void
}

/** Hashes files while they arrive. */
export type Hasher = {
  /** Memory that the hash can read from. */
  readonly buffers: BufferPool
  /** @param path of a file that grows, absolute; it need not be there before the first `advance`. */
  begin(path: string): RunningHash
}

type Waiter = { resolve(sha256: string): void; reject(error: Error): void }

/** Half of what a thread gets unless told: it holds one buffer and a few numbers. */
const RESOURCES = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 }

/**
 * Hashes in a thread of its own, so that it takes no time from requests and streams. The thread starts with the
 * first file. When it ends by itself whoever waits is told, and the next file starts another.
 */
export class HashThread implements Hasher {
  readonly #script: string
  readonly #waiters = new Map<number, Waiter>()
  #buffers = new BufferPool()
  #worker: Worker | null = null
  #nextId = 1

  /** @param script the bundled `hash-worker.ts`, an absolute path. */
  constructor(script: string) {
    this.#script = script
  }

  get buffers(): BufferPool {
    return this.#buffers
  }

  begin(path: string): RunningHash {
    const id = this.#nextId
    this.#nextId += 1
    // It takes a while, in which the first bytes come.
    this.#worker ??= this.#start()
    return {
      advance: (until) => this.#post({ type: 'advance', id, path, until }),
      share: (bytes, at) => this.#share(id, path, bytes, at),
      finish: (size) => this.#finish(id, path, size),
      drop: () => this.#drop(id),
    }
  }

  /** Ends the thread; whoever waits is told. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#forgetWorker()
    await worker?.terminate()
    this.#failAll(new Error('The thread that hashes was stopped.'))
  }

  #share(id: number, path: string, bytes: Buffer, at: number): boolean {
    const slice = this.#buffers.retainForHash(bytes)
    if (slice) this.#post({ type: 'share', id, path, at, slice })
    return slice !== null
  }

  #finish(id: number, path: string, size: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      this.#post({ type: 'finish', id, path, size })
      this.#worker?.ref()
    })
  }

  #drop(id: number): void {
    this.#settle(id)?.reject(new Error('The hash is not wanted any more.'))
    this.#worker?.postMessage({ type: 'drop', id } satisfies HashRequest)
  }

  #post(request: HashRequest): void {
    this.#worker ??= this.#start()
    this.#worker.postMessage(request)
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      name: 'hash',
      workerData: this.#buffers.shared,
      resourceLimits: RESOURCES,
    })
    worker.on('message', (answer: HashAnswer) => this.#take(answer))
    worker.on('error', (error) => this.#gone(worker, error))
    worker.on('exit', () => this.#gone(worker, new Error('The thread that hashes ended.')))
    // Only somebody who waits for a hash keeps the process.
    worker.unref()
    return worker
  }

  #take(answer: HashAnswer): void {
    const waiter = this.#settle(answer.id)
    if (answer.type === 'hashed') waiter?.resolve(answer.sha256)
    else waiter?.reject(Object.assign(new Error(answer.message), { code: answer.code }))
  }

  #settle(id: number): Waiter | undefined {
    const waiter = this.#waiters.get(id)
    this.#waiters.delete(id)
    if (this.#waiters.size === 0) this.#worker?.unref()
    return waiter
  }

  #gone(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#forgetWorker()
    this.#failAll(error)
  }

  /** What a thread retained is never released when it ended: the next one gets other memory. */
  #forgetWorker(): void {
    this.#worker = null
    this.#buffers = new BufferPool()
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiters.values()) reject(error)
    this.#waiters.clear()
  }
}
