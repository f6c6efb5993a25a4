import type { Engine, Prompt } from '@/lib/engines/types'
import { AppError, isAppError } from '@/lib/platform/errors'
import type { CompletionBody } from './schemas/completion'

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
