import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FromWorker, ServedRequest, ToWorker } from '../protocol'
import { isLong, LONG_TEXT } from '../request-size'
import { misuse, toWireError } from '../worker-errors'
import { GenerateHandler } from './generate-handler'
import type { OpenModel } from './llama-model'
import { ModelLoader } from './model-loader'
import type { Outbox } from './outbox'

/** The life of a worker process: one model, and the requests that it serves. */
export class LlamaWorker {
  readonly #loader: ModelLoader
  readonly #generate: GenerateHandler
  /** What is served now, by its id. */
  readonly #serving = new Map<number, AbortController>()
  #evaluations = 0
  readonly #outbox: Pick<Outbox, 'push'>
  readonly #announcePause: () => void

  /** @param announcePause called before work that keeps the loop busy for long */
  constructor(
    send: (message: FromWorker) => void,
    outbox: Pick<Outbox, 'push'>,
    announcePause: () => void,
  ) {
    this.#outbox = outbox
    this.#announcePause = announcePause
    this.#loader = new ModelLoader(send)
    const onEvaluation = () => this.#evaluations++
    this.#generate = new GenerateHandler({ outbox, announcePause, onEvaluation })
  }

  /** Requests that are served now. */
  get streams(): number {
    return this.#serving.size
  }

  /** Evaluations that have finished, for the watchdog. */
  get evaluations(): number {
    return this.#evaluations
  }

  /** Does what a message asks; every failure becomes a message of its own. */
  async handle(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case 'load':
        return this.#loader.load(message)
      case 'measure':
        return this.#loader.measure(message)
      case 'cancel':
        this.#serving.get(message.id)?.abort()
        return
      case 'generate':
      case 'embed':
      case 'count':
      case 'tokenize':
      case 'detokenize':
        return this.#serve(message)
    }
  }

  /** Serves a request to its end. The last item that goes out is `done`, `reply` or `failed`. */
  async #serve(message: ServedRequest): Promise<void> {
    const { id } = message
    const controller = new AbortController()
    this.#serving.set(id, controller)
    try {
      await this.#answer(message, controller.signal)
    } catch (error) {
      if (controller.signal.aborted) this.#reply(id, null)
      else this.#outbox.push({ kind: 'failed', id, error: toWireError(error) })
    } finally {
      this.#serving.delete(id)
    }
  }

  async #answer(message: ServedRequest, signal: AbortSignal): Promise<void> {
    const { id } = message
    const open = this.#loaded()
    switch (message.kind) {
      case 'generate': {
        const end = await this.#generate.handle(id, message.request, open, signal)
        this.#outbox.push({ kind: 'done', id, ...end })
        return
      }
      case 'count':
        this.#reply(id, await this.#generate.count(message.request, open, signal))
        return
      case 'tokenize':
        if (isLong(message)) this.#announcePause()
        this.#reply(id, open.vocabulary.tokenize(message.text, message.special))
        return
      case 'detokenize':
        this.#reply(id, open.vocabulary.detokenize(open.vocabulary.check(message.tokens, 'tokens')))
        return
      case 'embed':
        await this.#embed(id, message.inputs, open, signal)
    }
  }

  /** Each vector goes out when it is ready; those of an aborted request that are not are left out. */
  async #embed(
    id: number,
    inputs: readonly string[],
    { embedder }: OpenModel,
    signal: AbortSignal,
  ): Promise<void> {
    const breathe = async () => {
      await nextTurn()
      signal.throwIfAborted()
      this.#announcePause()
    }
    for (const input of inputs) {
      if (signal.aborted) break
      if (input.length > LONG_TEXT) this.#announcePause()
      this.#outbox.push({ kind: 'embedding', id, ...(await embedder.embed(input, breathe)) })
      this.#evaluations++
    }
    this.#reply(id, null)
  }

  #reply(id: number, value: unknown): void {
    this.#outbox.push({ kind: 'reply', id, value })
  }

  #loaded(): OpenModel {
    if (this.#loader.open) return this.#loader.open
    throw misuse('The worker was asked before its model was loaded.')
  }
}
