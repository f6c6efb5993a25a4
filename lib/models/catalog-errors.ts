import { AppError } from '@/lib/errors'

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

/** The model is known, but its file went away. */
export function modelMissing(id: string, file: string): AppError {
  return new AppError(`The file of the model ${JSON.stringify(id)} is not there: ${file}.`, {
    code: 'model_file_missing',
    status: 404,
    param: 'model',
    hint: 'Download the model again, or put the file back and load the model.',
  })
}
