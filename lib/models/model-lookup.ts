import type { UnreadableFile } from './catalog-errors'
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
