import type { GenerateRequest } from '@/lib/engines/types'
import { toLimits, toSampling } from '../shared/sampling'
import type { InferBody } from './schemas'

/** What `/v1/infer` asks of the engine: to continue the prompt as it is. */
export function toInferRequest(body: InferBody, model: string, client: string): GenerateRequest {
  return {
    model,
    prompt: { kind: 'text', text: body.prompt },
    sampling: toSampling(body, 0),
    minTokens: body.min_tokens ?? 1,
    maxTokens: body.max_tokens ?? undefined,
    format: { kind: 'text' },
    client,
    ...toLimits(body),
  }
}
