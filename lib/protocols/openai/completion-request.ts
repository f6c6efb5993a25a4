import type { GenerateRequest } from '@/lib/engines/types'
import { invalid } from '@/lib/platform/errors'
import { toLimits, toSampling } from '@/lib/protocols/shared/sampling'
import { toPrompts } from './prompts'
import type { CompletionBody } from './schemas/completion'

const DEFAULT_MAX_TOKENS = 16
const MAX_CHOICES = 128

/**
 * One request of the engine for each choice of each prompt, in the order of OpenAI's `index`.
 * @throws AppError naming the field when fields contradict one another or ask for too much.
 */
export function toCompletionRequests(body: CompletionBody, client: string): GenerateRequest[] {
  const prompts = toPrompts(body.prompt ?? '')
  const n = body.n ?? 1
  refuseContradictions(body, prompts.length * n)
  return prompts.flatMap((prompt) =>
    Array.from({ length: n }, (_, choice) => ({
      model: body.model,
      prompt,
      sampling: toSampling(body, choice),
      maxTokens: body.max_tokens ?? DEFAULT_MAX_TOKENS,
      format: { kind: 'text' as const },
      logprobs: body.logprobs ?? undefined,
      client,
      ...toLimits(body),
    })),
  )
}

function refuseContradictions(body: CompletionBody, choices: number): void {
  if (choices > MAX_CHOICES)
    throw invalid(
      `One request may ask for ${MAX_CHOICES} completions; this one asks for ${choices}.`,
      'n',
    )
  if (body.best_of != null && body.best_of !== (body.n ?? 1))
    throw invalid('`best_of` other than `n` is not supported by this server.', 'best_of')
  if (body.echo && body.logprobs != null)
    throw invalid('`echo` together with `logprobs` is not supported by this server.', 'echo')
  if (body.stream_options && !body.stream)
    throw invalid('`stream_options` needs `stream` to be true.', 'stream_options')
}
