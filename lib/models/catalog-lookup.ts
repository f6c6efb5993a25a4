import { AppError } from '@/lib/platform/errors'
import type { InstalledModel } from './types'

/** The model that was used last, or else the first; none whose file is away. */
export function lastUsed(models: readonly InstalledModel[]): InstalledModel | undefined {
  return models
    .filter((model) => !model.missing)
    .toSorted((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0))[0]
}

/** As it would be called if it could be read. */
export function named(file: UnreadableFile) {
  return { ...file, ref: `file:${file.id}` }
}

/** The one that people mean: by id or reference in any case, or by its repository without the quantization. */
export function byName<M extends { id: string; ref: string }>(
  models: readonly M[],
  name: string,
): M | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/^hf:/, '')
  const is = (text: string) => plain(text) === plain(name)
  return (
    models.find((model) => model.id === name) ??
    models.find((model) => is(model.id) || is(model.ref)) ??
    models.find((model) => is(model.id.replace(/:[^:/]*$/, '')))
  )
}

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
