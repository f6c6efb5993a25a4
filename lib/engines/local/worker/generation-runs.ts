import type { Token } from 'node-llama-cpp'
import type { WorkerRequest } from '../protocol'
import { type GenerationEnd, SequenceGeneration } from './generation'
import { contextSize, type OpenModel } from './llama-model'
import type { Outbox } from './outbox'
import { PrefillPace } from './prefill-pace'
import { isLong, promptTokens } from './prompt'
import type { Slot } from './slot'
import { chooseSlot } from './slots'
import { TextOutput } from './text-output'
import { misuse, toWireError } from './wire-error'

/** A request was given up while its prompt was read. */
class Cancelled extends Error {}

const NOTHING: GenerationEnd = {
  finishReason: 'cancelled',
  completionTokens: 0,
  promptMs: 0,
  generationMs: 0,
}

/** The generations that run, each on a sequence of its own. */
export class GenerationRuns {
  private readonly running = new Map<number, { cancelled: boolean }>()
  private readonly pace = new PrefillPace()
  private readonly prefilling = { count: 0 }
  private uses = 0
  /** Evaluations that have finished, for the watchdog. */
  evaluations = 0

  /** @param announcePause called before work that keeps the loop busy for long */
  constructor(
    private readonly outbox: Pick<Outbox, 'push'>,
    private readonly announcePause: () => void,
  ) {}

  /** How many run now. */
  get count(): number {
    return this.running.size
  }

  /** Ends a generation when the evaluation in flight ends. */
  cancel(id: number): void {
    const control = this.running.get(id)
    if (control) control.cancelled = true
  }

  /** Runs a generation to its end; everything about it, failures too, goes out through the outbox. */
  async run(id: number, request: WorkerRequest, open: OpenModel): Promise<void> {
    const control = { cancelled: false }
    this.running.set(id, control)
    try {
      this.outbox.push({ kind: 'done', id, ...(await this.generate(id, request, open, control)) })
    } catch (error) {
      if (error instanceof Cancelled) this.outbox.push({ kind: 'done', id, ...NOTHING })
      else this.outbox.push({ kind: 'failed', id, error: toWireError(error) })
    } finally {
      this.running.delete(id)
    }
  }

  private async generate(
    id: number,
    request: WorkerRequest,
    open: OpenModel,
    control: { cancelled: boolean },
  ): Promise<GenerationEnd> {
    const { vocabulary, template, grammars } = open
    const long = isLong(request)
    if (long) this.announcePause()
    const prompt = await promptTokens(request, {
      contextSize: contextSize(open),
      vocabulary,
      template,
      breathe: async () => {
        if (long) await this.breathe(control)
      },
    })
    const grammar = await grammars.begin(request)
    const output = new TextOutput(vocabulary, request.stop, mayCallTools(request), (piece) =>
      this.outbox.push({ kind: 'text', id, ...piece }),
    )
    const { slot, cached } = this.take(open, prompt.tokens)
    this.outbox.push({
      kind: 'started',
      id,
      promptTokens: prompt.tokens.length,
      cachedTokens: cached,
      truncatedTokens: prompt.truncatedTokens,
    })
    const work = { request, slot, prompt, output, grammar, control }
    try {
      return await new SequenceGeneration(work, {
        open,
        pace: this.pace,
        prefilling: this.prefilling,
        onEvaluation: () => this.evaluations++,
      }).run(cached)
    } finally {
      slot.busy = false
    }
  }

  /** Lets the other streams go on, and says that the next step may take long. */
  private async breathe(control: { cancelled: boolean }): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    if (control.cancelled) throw new Cancelled()
    this.announcePause()
  }

  private take(open: OpenModel, tokens: readonly Token[]): { slot: Slot; cached: number } {
    const choice = chooseSlot(open.slots, tokens)
    if (!choice) throw misuse('The worker was given more requests than it has sequences.')
    choice.slot.busy = true
    choice.slot.lastUsed = ++this.uses
    // The last token is evaluated again in any case: its result is what the next one is chosen from.
    return { slot: choice.slot, cached: Math.min(choice.prefix, tokens.length - 1) }
  }
}

function mayCallTools({ prompt }: WorkerRequest): boolean {
  return prompt.kind === 'chat' && prompt.toolChoice !== 'none' && !!prompt.tools?.length
}
