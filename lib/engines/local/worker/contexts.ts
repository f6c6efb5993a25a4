import type { LlamaContext, LlamaModel } from 'node-llama-cpp'
import type { LoadRequest, RunPlan } from '../protocol'
import { BatchScheduler } from './batch-scheduler'
import { Slot } from './slot'

/** Tokens that one native call may evaluate. */
const BATCH_SIZE = 512

/** The names of the types in node-llama-cpp. */
const CACHE_TYPES = { f16: 'F16', q8_0: 'Q8_0', q4_0: 'Q4_0' } as const

/** The contexts of a plan, and the slots on their sequences. */
export type OpenContexts = { contexts: readonly LlamaContext[]; slots: readonly Slot[] }

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
