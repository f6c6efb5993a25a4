import type { FromWorker, ToWorker } from '../protocol'
import { GenerationRuns } from './generation-runs'
import type { OpenModel } from './llama-model'
import { ModelLoader } from './model-loader'
import type { Outbox } from './outbox'
import { LONG_TEXT } from './prompt'
import { misuse, toWireError } from './wire-error'

type Question = Extract<ToWorker, { kind: 'embed' | 'tokenize' | 'detokenize' }>

/** The life of a worker process: one model, and the requests that it serves. */
export class LlamaWorker {
  private readonly loader: ModelLoader
  private readonly runs: GenerationRuns

  /** @param announcePause called before work that keeps the loop busy for long */
  constructor(
    send: (message: FromWorker) => void,
    private readonly outbox: Pick<Outbox, 'push'>,
    private readonly announcePause: () => void,
  ) {
    this.loader = new ModelLoader(send)
    this.runs = new GenerationRuns(outbox, announcePause)
  }

  /** Generations that run. */
  get streams(): number {
    return this.runs.count
  }

  /** Evaluations that have finished, for the watchdog. */
  get evaluations(): number {
    return this.runs.evaluations
  }

  /** Does what a message asks; every failure becomes a message of its own. */
  async handle(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case 'load':
        return this.loader.load(message)
      case 'measure':
        return this.loader.measure(message)
      case 'generate':
        return this.runs.run(message.id, message.request, this.loaded())
      case 'cancel':
        this.runs.cancel(message.id)
        break
      case 'embed':
      case 'tokenize':
      case 'detokenize':
        return this.reply(message)
    }
  }

  private async reply(message: Question): Promise<void> {
    const { id } = message
    try {
      this.outbox.push({ kind: 'reply', id, value: await this.answer(message) })
    } catch (error) {
      this.outbox.push({ kind: 'failed', id, error: toWireError(error) })
    }
  }

  private async answer(message: Question): Promise<unknown> {
    const { vocabulary, embedder } = this.loaded()
    switch (message.kind) {
      case 'tokenize':
        if (message.text.length > LONG_TEXT) this.announcePause()
        return vocabulary.tokenize(message.text, message.special)
      case 'detokenize':
        return vocabulary.detokenize(vocabulary.check(message.tokens, 'tokens'))
      case 'embed':
        if (message.inputs.some((input) => input.length > LONG_TEXT)) this.announcePause()
        return embedder.embed(message.inputs, () => this.breathe())
    }
  }

  private async breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.announcePause()
  }

  private loaded(): OpenModel {
    if (this.loader.open) return this.loader.open
    throw misuse('The worker was asked before its model was loaded.')
  }
}
