import { AppError } from '@/lib/platform/errors'

const SHOWN = 8

/** No model has this name; the hint says which there are. */
export function modelNotFound(name: string, installed: readonly string[]): AppError {
  const shown = installed.slice(0, SHOWN).join(', ')
  const more = installed.length > SHOWN ? `, and ${installed.length - SHOWN} more` : ''
  return new AppError(`The model ${JSON.stringify(name)} is not installed.`, {
    code: 'model_not_found',
    status: 404,
    param: 'model',
    hint: installed.length > 0 ? `Installed are: ${shown}${more}.` : 'No model is installed.',
  })
}

/** A file that a model was to be found in, and why it can't be read. */
export type UnreadableFile = { id: string; path: string; reason: string }

/** The file is there, and is none that can be used. */
export function modelUnreadable({ id, path, reason }: UnreadableFile): AppError {
  return new AppError(
    `The file of the model ${JSON.stringify(id)} is there, and can not be read: ${path}: ${reason}`,
    {
      code: 'model_file_unreadable',
      status: 404,
      param: 'model',
      hint: 'Get the file again, put it in the place of this one and restart the server.',
    },
  )
}

/** The model is known, but its file went away. */
export function modelMissing(id: string, file: string): AppError {
  return new AppError(`The file of the model ${JSON.stringify(id)} is not there: ${file}.`, {
    code: 'model_file_missing',
    status: 404,
    param: 'model',
    hint: 'Download the model again, or put the file back and load the model.',
  })
}
