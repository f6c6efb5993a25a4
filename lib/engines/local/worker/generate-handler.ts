import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Token } from 'node-llama-cpp'
import type { ToolDefinition } from '../../types'
import type { OutputItem, WorkerRequest } from '../protocol'
import { isLongGeneration } from '../request-size'
import type { ReplyEvent } from '../templates/reading/reply-events'
import { misuse } from '../worker-errors'
import { guideAnswer, readersOf } from './guide-answer'
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
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
    this.#prefill = new Prefill(options.onEvaluation)
  }

  /** Generates to the end, or until `signal` is aborted. @throws AppError what is wrong with the request */
  async handle(
    id: number,
    request: WorkerRequest,
    open: OpenModel,
    signal: AbortSignal,
  ): Promise<GenerationEnd> {
    const { outbox, announcePause, onEvaluation } = this.#options
    const { vocabulary, templates, marks } = open
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
      const tools = offeredTools(request)
      const family = templates.for(tools)
      const context = { contextSize: size, vocabulary, family, marks, breathe }
      const prompt = await promptTokens(request, context)
      const reading = readersOf(request, family.format, tools, prompt.end)
      const { reply, watcher } = reading
      const guided = {
        open,
        format: family.format,
        reader: reply?.reader ?? watcher,
        end: prompt.end,
      }
      const { guide, stopText } = await guideAnswer(request, guided)
      const visible = vocabulary.controlsIn(reading.marks)
      const tell = (event: ReplyEvent) => outbox.push(toItem(id, event))
      const stops = [...request.stop, ...stopText]
      const output = new TextOutput(vocabulary, stops, visible, (piece) => {
        watcher?.push(piece.text)
        for (const event of reply?.push(piece) ?? [{ kind: 'text' as const, ...piece }]) tell(event)
      })
      const { slot, prefix } = this.#take(open, prompt.tokens)
      const shared = { open, prefill: this.#prefill, onEvaluation }
      const run = new SequenceRun(
        { request, slot, prompt, prefix, output, guide, visible, signal },
        shared,
      )
      try {
        const end = await run.run((cachedTokens) =>
          outbox.push({
            kind: 'started',
            id,
            promptTokens: prompt.tokens.length,
            cachedTokens,
            truncatedTokens: prompt.truncatedTokens,
          }),
        )
        for (const event of reply?.finish(end.finishReason !== 'stop') ?? []) tell(event)
        return end
      } finally {
        slot.busy = false
      }
    } catch (error) {
      if (signal.aborted) return NOTHING_GENERATED
      throw error
    }
  }

  /** How many tokens a prompt has. @throws AppError what is wrong with it */
  async count(
    request: Pick<WorkerRequest, 'prompt' | 'format'>,
    { vocabulary, templates, marks }: OpenModel,
    signal: AbortSignal,
  ): Promise<number> {
    const breathe = async () => {
      await nextTurn()
      signal.throwIfAborted()
      this.#options.announcePause()
    }
    const family = templates.for(offeredTools(request))
    const reading = { contextSize: Number.MAX_SAFE_INTEGER, vocabulary, family, marks, breathe }
    const whole = { ...request, contextPolicy: 'refuse' as const }
    return (await promptTokens(whole, reading)).tokens.length
  }

  #take(open: OpenModel, tokens: readonly Token[]) {
    const choice = chooseSlot(open.slots, tokens)
    if (!choice) throw misuse('The worker was given more requests than it has sequences.')
    choice.slot.busy = true
    choice.slot.lastUsed = ++this.#uses
    return choice
  }
}

function offeredTools({ prompt }: Pick<WorkerRequest, 'prompt'>): readonly ToolDefinition[] {
  return prompt.kind === 'chat' && prompt.toolChoice !== 'none' ? (prompt.tools ?? []) : []
}

function toItem(id: number, event: ReplyEvent): OutputItem {
  if (event.kind !== 'tool') return { ...event, id }
  const { id: callId, ...rest } = event
  return { ...rest, id, callId }
}
