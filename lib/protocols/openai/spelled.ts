import type { Engine } from '@/lib/engines/types'
import { AppError, isAppError } from '@/lib/platform/errors'
import type { toPrompts } from './completion-request'

/**
 * The texts of prompts; token ids are turned back into what they spell.
 * @param param the field that brought them, for when a number is no token of the model
 * @throws AppError `invalid_token`
 */
export function spelled(
  prompts: ReturnType<typeof toPrompts>,
  { model, param, engine }: { model: string; param: string; engine: Pick<Engine, 'detokenize'> },
): Promise<string[]> {
  return Promise.all(
    prompts.map((prompt) =>
      prompt.kind === 'text'
        ? prompt.text
        : engine.detokenize(model, prompt.tokens).catch((error: unknown) => {
            throw isAppError(error) && error.code === 'invalid_token'
              ? inField(error, param)
              : error
          }),
    ),
  )
}

function inField({ message, code, status }: AppError, param: string): AppError {
  return new AppError(message, { code, status, param })
}
