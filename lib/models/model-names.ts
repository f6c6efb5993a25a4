import type { FileSet } from './file-names'

/**
 * The id of a model of the hub: its reference without `hf:`. By quantization when that says enough, otherwise by file.
 * @param repo `owner/name`, with `@revision` when it is not the newest.
 */
export function hubModelId(
  repo: string,
  set: { quantization: string | null; path: string; unique: boolean },
): string {
  return set.quantization && set.unique ? `${repo}:${set.quantization}` : `${repo}/${set.path}`
}

/**
 * The id and reference of a file that was found under the models folder. Files where downloads put theirs get the names
 * that the download would have given; others are named by their path.
 * @param taken ids that other models have.
 */
export function nameFoundFile(
  path: string,
  set: Pick<FileSet<unknown>, 'quantization' | 'stem'>,
  taken: ReadonlySet<string>,
): { id: string; ref: string } {
  const [, kind, ...rest] = path.split('/')
  if (kind === 'hf' && rest.length >= 3) {
    const [owner, name, ...inside] = rest
    const named = (unique: boolean) =>
      hubModelId(`${owner}/${name}`, { ...set, path: inside.join('/'), unique })
    const id = taken.has(named(true)) ? named(false) : named(true)
    return { id, ref: `hf:${id}` }
  }
  const local = set.stem.split('/').slice(1).join('/')
  const id = taken.has(local) ? `${local}.gguf` : local
  return { id, ref: `file:${id}` }
}
