import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Token } from 'node-llama-cpp'
import type { WorkerRequest } from '../protocol'
import { isLongGeneration } from '../request-size'
import { misuse } from '../worker-errors'
import { contextSize, type OpenModel } from './llama-model'
import type { Outbox } from './outbox'
import { Prefill } from './prefill'
import { promptTokens } from './prompt'
import { type GenerationEnd, NOTHING_GENERATED, SequenceRun } from './sequence-run'
import { chooseSlot } from './slot'
import { TextOutput } from './text-output'

type Options = {
  outbox: Pick<Outbox, 'push'>
  /** Called before work that keeps the loop busy for long. */
  announcePause: () => void
  /** Called after each finished evaluation. */
  onEvaluation: () => void
}

/** Serves the requests to generate, each on a sequence of its own. */
export class GenerateHandler {
  readonly #prefill: Prefill
  #uses = 0

  constructor(private readonly options: Options) {
    this.#prefill = new Prefill(options.onEvaluation)
  }

  /** Generates to the end, or until `signal` is aborted. @throws AppError what is wrong with the request */
  async handle(
    id: number,
    request: WorkerRequest,
    open: OpenModel,
    signal: AbortSignal,
  ): Promise<GenerationEnd> {
    const { outbox, announcePause, onEvaluation } = this.options
    const { vocabulary, template, grammars } = open
    const long = isLongGeneration(request)
    if (long) announcePause()
    const breathe = async () => {
      if (!long) return
      await nextTurn()
      signal.throwIfAborted()
      announcePause()
    }
    try {
      const size = contextSize(open)
      const prompt = await promptTokens(request, {
        contextSize: size,
        vocabulary,
        template,
        breathe,
      })
      const grammar = await grammars.begin(request)
      const output = new TextOutput(vocabulary, request.stop, mayCallTools(request), (piece) =>
        outbox.push({ kind: 'text', id, ...piece }),
      )
      const { slot, prefix } = this.#take(open, prompt.tokens)
      const shared = { open, prefill: this.#prefill, onEvaluation }
      const run = new SequenceRun(
        { request, slot, prompt, prefix, output, grammar, signal },
        shared,
      )
      try {
        return await run.run((cachedTokens) =>
          outbox.push({
            kind: 'started',
            id,
            promptTokens: prompt.tokens.length,
            cachedTokens,
            truncatedTokens: prompt.truncatedTokens,
          }),
        )
      } finally {
        slot.busy = false
      }
    } catch (error) {
      if (signal.aborted) return NOTHING_GENERATED
      throw error
    }
  }

  #take(open: OpenModel, tokens: readonly Token[]) {
    const choice = chooseSlot(open.slots, tokens)
    if (!choice) throw misuse('The worker was given more requests than it has sequences.')
    choice.slot.busy = true
    choice.slot.lastUsed = ++this.#uses
    return choice
  }
}

function mayCallTools({ prompt }: WorkerRequest): boolean {
  return prompt.kind === 'chat' && prompt.toolChoice !== 'none' && !!prompt.tools?.length
}
