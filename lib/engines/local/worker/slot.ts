import type {
  LlamaContext,
  LlamaContextSequence,
  LlamaModel,
  SequenceEvaluateMetadataOptions,
  SequenceEvaluateOptions,
  Token,
} from 'node-llama-cpp'
import type { LoadRequest, RunPlan } from '../protocol'
import { BatchScheduler } from './batch-scheduler'

/** A sequence of a context, as far as choosing one needs to know it. */
type SlotView = {
  readonly busy: boolean
  /** The tokens whose evaluation is kept. */
  readonly tokens: readonly number[]
  /** Which context it belongs to. */
  readonly group: number
  /** When it was last given away, as a counter. */
  readonly lastUsed: number
}

/** A sequence of a context, whose evaluations share batches with the others, and whether somebody is using it. */
export class Slot implements SlotView {
  busy = false
  lastUsed = 0

  constructor(
    readonly sequence: LlamaContextSequence,
    readonly batches: BatchScheduler,
    readonly group: number,
  ) {}

  get tokens(): readonly Token[] {
    return this.sequence.contextTokens
  }

  /** Tokens that it can hold. */
  get contextSize(): number {
    return this.sequence.contextSize
  }

  /**
   * Forgets everything that differs from `tokens`, or comes after them. A model that can't forget the end alone
   * (recurrent, sliding window) may forget more.
   * @returns how many of `tokens` are still evaluated
   */
  async keep(tokens: readonly Token[]): Promise<number> {
    const { sequence } = this
    if (commonPrefix(this.tokens, tokens) < sequence.nextTokenIndex)
      await this.batches.exclusive(() => sequence.adaptStateToTokens([...tokens], false))
    return sequence.nextTokenIndex
  }

  /** Evaluates tokens and generates none. */
  prefill(tokens: Token[]): Promise<void> {
    return this.batches.evaluate(() => this.sequence.evaluateWithoutGeneratingNewTokens(tokens))
  }

  /** Evaluates tokens, then generates one after the other. */
  async *evaluate(tokens: Token[], options: SequenceEvaluateOptions): AsyncGenerator<Token, void> {
    for await (const { token } of this.evaluateWithMetadata(tokens, {}, options)) yield token
  }

  /**
   * As `evaluate`, with what `metadata` asks for. The token that `next` is given is
   * taken in place of the chosen one.
   */
  async *evaluateWithMetadata<const M extends SequenceEvaluateMetadataOptions>(
    tokens: Token[],
    metadata: M,
    options: SequenceEvaluateOptions,
  ) {
    const steps = this.sequence.evaluateWithMetadata(tokens, metadata, options)
    let replacement: Token | undefined
    try {
      for (;;) {
        const step = await this.batches.evaluate(() => steps.next(replacement))
        if (step.done) return
        replacement = yield step.value
      }
    } finally {
      await steps.return()
    }
  }
}

/** How many tokens two lists have in common from their beginning. */
export function commonPrefix(left: readonly number[], right: readonly number[]): number {
  const end = Math.min(left.length, right.length)
  let size = 0
  while (size < end && left[size] === right[size]) size++
  return size
}

/**
 * The idle slot that saves most: the longest common prefix with the prompt; among equals the one whose context has
 * least to do, then the one that loses fewest kept tokens, then the least recently used. Undefined when all are busy.
 */
export function chooseSlot<S extends SlotView>(
  slots: readonly S[],
  prompt: readonly number[],
): { slot: S; prefix: number } | undefined {
  const load = new Map<number, number>()
  for (const slot of slots) load.set(slot.group, (load.get(slot.group) ?? 0) + (slot.busy ? 1 : 0))
  const candidates = slots
    .filter((slot) => !slot.busy)
    .map((slot) => ({ slot, prefix: commonPrefix(slot.tokens, prompt) }))
  candidates.sort(
    (a, b) =>
      b.prefix - a.prefix ||
      (load.get(a.slot.group) ?? 0) - (load.get(b.slot.group) ?? 0) ||
      a.slot.tokens.length - b.slot.tokens.length ||
      a.slot.lastUsed - b.slot.lastUsed,
  )
  return candidates[0]
}

/** Tokens that one native call may evaluate. */
const BATCH_SIZE = 512

/** The names of the types in node-llama-cpp. */
const CACHE_TYPES = { f16: 'F16', q8_0: 'Q8_0', q4_0: 'Q4_0' } as const

/** The contexts of a plan, and the slots on their sequences. */
type OpenContexts = { contexts: readonly LlamaContext[]; slots: readonly Slot[] }

/** Makes the contexts and sequences of a plan, shared out evenly. */
export async function openContexts(
  model: LlamaModel,
  request: Pick<
    LoadRequest,
    'contextSize' | 'parallel' | 'flashAttention' | 'kvTypeK' | 'kvTypeV'
  > & { plan: RunPlan },
): Promise<OpenContexts> {
  const contexts: LlamaContext[] = []
  const slots: Slot[] = []
  const count = Math.min(request.plan.contexts, request.parallel)
  for (let group = 0; group < count; group++) {
    const batches = new BatchScheduler()
    const context = await model.createContext({
      contextSize: request.contextSize,
      sequences: Math.ceil((request.parallel - group) / count),
      threads: request.plan.threads,
      flashAttention: request.flashAttention ?? (request.plan.flash ? 'auto' : false),
      experimentalKvCacheKeyType: CACHE_TYPES[request.kvTypeK ?? 'f16'],
      experimentalKvCacheValueType: CACHE_TYPES[request.kvTypeV ?? 'f16'],
      batchSize: BATCH_SIZE,
      batching: { itemPrioritizationStrategy: batches.compose },
    })
    contexts.push(context)
    for (let sequence = 0; sequence < context.totalSequences; sequence++)
      slots.push(new Slot(context.getSequence(), batches, group))
  }
  return { contexts, slots }
}
