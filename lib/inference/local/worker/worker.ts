import type { Llama, Token } from 'node-llama-cpp'
import { AppError, fromUnknown } from '@/lib/errors'
import type {
  FromWorker,
  LoadRequest,
  OutputItem,
  ToWorker,
  WireError,
  WorkerRequest,
} from '../protocol'
import { type GenerationEnd, SequenceGeneration } from './generation'
import {
  contextSize,
  describeModel,
  type OpenModel,
  openLlama,
  openModel,
  openWeights,
} from './llama-model'
import { measurePlans } from './measure'
import type { Outbox } from './outbox'
import { PrefillPace } from './prefill-pace'
import { promptTokens } from './prompt'
import type { Slot } from './slot'
import { chooseSlot } from './slots'
import { TextOutput } from './text-output'

/** The life of a worker process: one model, and the requests that it serves. */
export class LlamaWorker {
  private llama: Promise<Llama> | undefined
  private open: OpenModel | undefined
  private readonly running = new Map<number, { cancelled: boolean }>()
  private readonly pace = new PrefillPace()
  private readonly prefilling = { count: 0 }
  private readonly complaints: string[] = []
  private uses = 0
  /** Evaluations that have finished, for the watchdog. */
  evaluations = 0

  constructor(
    private readonly send: (message: FromWorker) => void,
    private readonly outbox: Pick<Outbox, 'push'>,
  ) {}

  /** Does what a message asks; every failure becomes a message of its own. */
  async handle(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case 'load':
        return this.load(message)
      case 'measure':
        return this.measure(message)
      case 'generate':
        return this.generate(message.id, message.request)
      case 'cancel': {
        const generation = this.running.get(message.id)
        if (generation) generation.cancelled = true
        return
      }
      case 'embed':
      case 'tokenize':
      case 'detokenize':
        return this.reply(message)
    }
  }

  private async load(request: LoadRequest): Promise<void> {
    try {
      const before = this.open
      this.open = undefined
      await before?.model.dispose()
      const llama = await this.openLlama()
      this.open = await openModel(
        llama,
        request,
        (progress) => this.send({ kind: 'progress', progress }),
        () => this.complaints.join(' '),
      )
      this.send({ kind: 'loaded', model: describeModel(this.open) })
    } catch (error) {
      this.send({ kind: 'load-failed', error: toWire(error) })
    }
  }

  private async measure(request: Extract<ToWorker, { kind: 'measure' }>): Promise<void> {
    try {
      const llama = await this.openLlama()
      const complaints = () => this.complaints.join(' ')
      const model = await openWeights(llama, request.file, () => undefined, complaints)
      this.send({ kind: 'measured', results: await measurePlans(model, request) })
    } catch (error) {
      this.send({ kind: 'load-failed', error: toWire(error) })
    }
  }

  private async generate(id: number, request: WorkerRequest): Promise<void> {
    const control = { cancelled: false }
    this.running.set(id, control)
    try {
      this.outbox.push({ kind: 'done', id, ...(await this.onSlot(id, request, control)) })
    } catch (error) {
      this.outbox.push({ kind: 'failed', id, error: toWire(error) })
    } finally {
      this.running.delete(id)
    }
  }

  private async onSlot(
    id: number,
    request: WorkerRequest,
    control: { cancelled: boolean },
  ): Promise<GenerationEnd> {
    const open = this.loaded()
    const { vocabulary } = open
    const prompt = promptTokens(request, contextSize(open), vocabulary, open.template)
    const grammar = await open.grammars.begin(request)
    const output = new TextOutput(vocabulary, request.stop, mayCallTools(request), (piece) =>
      this.outbox.push({ kind: 'text', id, ...piece }),
    )
    const { slot, cached } = this.take(open, prompt.tokens)
    const shared = {
      open,
      pace: this.pace,
      prefilling: this.prefilling,
      onEvaluation: () => this.evaluations++,
    }
    try {
      const promptTokens = prompt.tokens.length
      const { truncatedTokens } = prompt
      this.outbox.push({ kind: 'started', id, promptTokens, cachedTokens: cached, truncatedTokens })
      return await new SequenceGeneration(
        request,
        slot,
        prompt,
        output,
        grammar,
        shared,
        control,
      ).run(cached)
    } finally {
      slot.busy = false
    }
  }

  private take(open: OpenModel, tokens: readonly Token[]): { slot: Slot; cached: number } {
    const choice = chooseSlot(open.slots, tokens)
    if (!choice)
      throw new AppError('The worker was given more requests than it has sequences.', {
        code: 'internal_error',
        status: 500,
      })
    choice.slot.busy = true
    choice.slot.lastUsed = ++this.uses
    // The last token is evaluated again in any case: its result is what the next one is chosen from.
    return { slot: choice.slot, cached: Math.min(choice.prefix, tokens.length - 1) }
  }

  private async reply(
    message: Extract<ToWorker, { kind: 'embed' | 'tokenize' | 'detokenize' }>,
  ): Promise<void> {
    const { id } = message
    try {
      this.outbox.push({ kind: 'reply', id, value: await this.answer(message) })
    } catch (error) {
      this.outbox.push({ kind: 'failed', id, error: toWire(error) } satisfies OutputItem)
    }
  }

  private async answer(
    message: Extract<ToWorker, { kind: 'embed' | 'tokenize' | 'detokenize' }>,
  ): Promise<unknown> {
    const { vocabulary, embedder } = this.loaded()
    switch (message.kind) {
      case 'tokenize':
        return vocabulary.tokenize(message.text, message.special)
      case 'detokenize':
        return vocabulary.detokenize(vocabulary.check(message.tokens))
      case 'embed':
        return embedder.embed(message.inputs)
    }
  }

  private loaded(): OpenModel {
    if (this.open) return this.open
    throw new AppError('The worker was asked before its model was loaded.', {
      code: 'internal_error',
      status: 500,
    })
  }

  private openLlama(): Promise<Llama> {
    this.llama ??= openLlama((message) => this.complain(message))
    this.complaints.length = 0
    return this.llama
  }

  private complain(message: string): void {
    this.complaints.push(message.trim())
    if (this.complaints.length > 3) this.complaints.shift()
  }
}

function mayCallTools({ prompt }: WorkerRequest): boolean {
  return prompt.kind === 'chat' && prompt.toolChoice !== 'none' && !!prompt.tools?.length
}

/** An error as it can be sent; what is not ours keeps its message, because the process it happened in is ours alone. */
function toWire(error: unknown): WireError {
  const known = fromUnknown(error)
  const { code, status, hint, param } = known
  const message =
    known.cause instanceof Error && code === 'internal_error'
      ? `The engine failed: ${known.cause.message}`
      : known.message
  return { message, code, status, hint, param }
}
