import type { Llama } from 'node-llama-cpp'
import type { FromWorker, LoadRequest } from '../protocol'
import { toWireError } from '../worker-errors'
import { describeModel, type OpenModel, openLlama, openModel, openWeights } from './llama-model'
import { measurePlans } from './measure'

/** The least that progress must grow to be told. */
const PROGRESS_STEP = 0.05
/** Lines of llama.cpp's complaints that are kept to explain a failure. */
const KEPT_COMPLAINTS = 3

/** Opens llama.cpp once, and in it one model at a time. */
export class ModelLoader {
  /** The model that is loaded. */
  open: OpenModel | undefined
  #llama: Promise<Llama> | undefined
  readonly #complaints: string[] = []
  readonly #send: (message: FromWorker) => void

  constructor(send: (message: FromWorker) => void) {
    this.#send = send
  }

  /** Loads a model in place of the one before. Says how it goes and what came of it. */
  async load(request: LoadRequest): Promise<void> {
    try {
      const before = this.open
      this.open = undefined
      await before?.model.dispose()
      const llama = await this.#openLlama()
      this.open = await openModel(llama, request, this.#progressTeller(), this.#explain)
      this.#send({ kind: 'loaded', model: describeModel(this.open) })
    } catch (error) {
      this.#send({ kind: 'load-failed', error: toWireError(error) })
    }
  }

  /** Says how fast each plan is, and keeps nothing. */
  async measure(request: Omit<LoadRequest, 'kind'>): Promise<void> {
    try {
      const llama = await this.#openLlama()
      const model = await openWeights(llama, request, () => undefined, this.#explain)
      this.#send({ kind: 'measured', results: await measurePlans(model, request) })
    } catch (error) {
      this.#send({ kind: 'load-failed', error: toWireError(error) })
    }
  }

  #openLlama(): Promise<Llama> {
    this.#complaints.length = 0
    this.#llama ??= openLlama((message) => {
      this.#complaints.push(message.trim())
      if (this.#complaints.length > KEPT_COMPLAINTS) this.#complaints.shift()
    })
    return this.#llama
  }

  readonly #explain = (): string => this.#complaints.join(' ')

  #progressTeller(): (progress: number) => void {
    let told = 0
    return (progress) => {
      if (progress < told + PROGRESS_STEP && progress < 1) return
      told = progress
      this.#send({ kind: 'progress', progress })
    }
  }
}
