import type { LlamaContext, LlamaModel } from 'node-llama-cpp'
import type { LoadRequest, RunPlan } from '../protocol'

/** Tokens that one native call may evaluate. */
const BATCH_SIZE = 512

/** Makes the contexts and sequences of a plan, shared out evenly. */
export async function openContexts(
  model: LlamaModel,
  request: Pick<LoadRequest, 'contextSize' | 'parallel'> & { plan: RunPlan },
): Promise<LlamaContext[]> {
  const contexts: LlamaContext[] = []
  const count = Math.min(request.plan.contexts, request.parallel)
  for (let index = 0; index < count; index++)
    contexts.push(
      await model.createContext({
        contextSize: request.contextSize,
        sequences: Math.ceil((request.parallel - index) / count),
        threads: request.plan.threads,
        batchSize: BATCH_SIZE,
      }),
    )
  return contexts
}
