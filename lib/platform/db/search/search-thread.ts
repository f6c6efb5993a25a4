import { Worker } from 'node:worker_threads'
import {
  findByPages,
  type PageMatches,
  type SearchRequest,
  type TextQuery,
  type TextSearch,
} from './text-search'

/** What the thread is asked. */
export type SearchQuestion = { id: number; query: TextQuery; text: string | undefined }

/** What it answers. */
export type SearchAnswer = { id: number } & ({ matches: PageMatches } | { error: string })

type Waiter = { resolve(matches: PageMatches): void; reject(error: Error): void }

/**
 * Searches in a thread of its own with its own connection, so that no request or stream waits for it, however much
 * there is to read. An index of trigrams would answer sooner, but writing it costs more than all searches: each message of
 * 100 KB held everything up for as long as a search reads 30 MB, and words of one or two signs, as in Chinese, it does not know.
 */
export class SearchThread implements TextSearch {
  readonly #script: string
  readonly #database: string
  readonly #waiters = new Map<number, Waiter>()
  #worker: Worker | null = null
  #nextId = 1

  /**
   * @param script The bundled `search-worker.ts`, an absolute path.
   * @param database The database's file.
   */
  constructor(script: string, database: string) {
    this.#script = script
    this.#database = database
  }

  /** @throws an Error when the thread ended, or the query is wrong. */
  find(request: SearchRequest): Promise<string[]> {
    return findByPages((query, text) => this.#ask(query, text), request)
  }

  /** Ends the thread; whoever waits is told. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
    this.#failAll(new Error('The thread that searches was stopped.'))
  }

  #ask(query: TextQuery, text: string | undefined): Promise<PageMatches> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#waiters.set(id, { resolve, reject })
      this.#worker ??= this.#start()
      this.#worker.postMessage({ id, query, text } satisfies SearchQuestion)
    })
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { name: 'search', workerData: this.#database })
    worker.on('message', (answer: SearchAnswer) => this.#take(answer))
    worker.on('error', (error) => this.#gone(worker, error))
    worker.on('exit', () => this.#gone(worker, new Error('The thread that searches ended.')))
    worker.unref()
    return worker
  }

  #take({ id, ...answer }: SearchAnswer): void {
    const waiter = this.#waiters.get(id)
    this.#waiters.delete(id)
    if ('matches' in answer) waiter?.resolve(answer.matches)
    else waiter?.reject(new Error(answer.error))
  }

  /** The next search starts another one. */
  #gone(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#failAll(error)
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiters.values()) reject(error)
    this.#waiters.clear()
  }
}
