import type { Engine, GenerateRequest, Prompt } from '@/lib/engines/types'
import { AppError, invalid, isAppError } from '@/lib/platform/errors'
import { toLimits, toSampling } from '../shared/request-fields'
import type { CompletionBody } from './schemas/requests'

/** Whose tokens are turned into text, by what. */
export type Spelling = {
  model: string
  /** The field that brought them, for when a number is no token of the model. */
  param: string
  client: string
  signal: AbortSignal
  engine: Pick<Engine, 'detokenize'>
}

/** Each prompt of a request that may hold one text or token list, or several. */
export function toPrompts(
  input: NonNullable<CompletionBody['prompt']>,
): Extract<Prompt, { kind: 'text' | 'tokens' }>[] {
  if (typeof input === 'string') return [{ kind: 'text', text: input }]
  const tokens: number[] = []
  const prompts: Extract<Prompt, { kind: 'text' | 'tokens' }>[] = []
  for (const item of input) {
    if (typeof item === 'number') tokens.push(item)
    else if (typeof item === 'string') prompts.push({ kind: 'text', text: item })
    else prompts.push({ kind: 'tokens', tokens: item })
  }
  return tokens.length > 0 ? [{ kind: 'tokens', tokens }] : prompts
}

/**
 * The texts of prompts; token ids are turned back into what they spell.
 * @throws AppError `invalid_token`
 */
export async function spelled(
  prompts: ReturnType<typeof toPrompts>,
  { model, param, client, signal, engine }: Spelling,
): Promise<string[]> {
  const texts: string[] = []
  // One after the other: together they would fill the queue of the model.
  for (const prompt of prompts) {
    if (prompt.kind === 'text') {
      texts.push(prompt.text)
      continue
    }
    const { tokens } = prompt
    try {
      texts.push(await engine.detokenize({ model, client, tokens }, signal))
    } catch (error) {
      throw isAppError(error) && error.code === 'invalid_token' ? inField(error, param) : error
    }
  }
  return texts
}

function inField({ message, code, status }: AppError, param: string): AppError {
  return new AppError(message, { code, status, param })
}

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
