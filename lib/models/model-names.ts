import { type FileSet, parseGgufName } from './file-names'
import { MODELS_FOLDER } from './model-files'

/** A model of the hub as its id is made. */
type HubName = {
  /** `owner/name`. */
  repo: string
  /** A commit, when it is not the newest one. */
  commit: string | null
  quantization: string | null
  /** The first file, inside the repository. */
  path: string
  /** Whether the quantization names this file alone. */
  unique: boolean
}

const SHORT_COMMIT = 12

/** The id of a model of the hub: its reference without `hf:`. By quantization when that says enough, otherwise by file. */
export function hubModelId({ repo, commit, quantization, path, unique }: HubName): string {
  const end = commit ? `@${commit.slice(0, SHORT_COMMIT)}` : ''
  return quantization && unique ? `${repo}:${quantization}${end}` : `${repo}/${path}${end}`
}

/** The folder of a repository, relative to the data directory. A commit that is not the newest has one of its own. */
export function hubFolder(repo: string, commit: string | null): string {
  return `${MODELS_FOLDER}/hf/${repo}${commit ? `@${commit.slice(0, SHORT_COMMIT)}` : ''}`
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
    const [owner, folder = '', ...inside] = rest
    const [name, commit = null] = folder.split('@')
    const { quantization } = set
    const found = { repo: `${owner}/${name}`, commit, quantization, path: inside.join('/') }
    const named = (unique: boolean) => hubModelId({ ...found, unique })
    const isDrafter = parseGgufName(path).kind === 'drafter'
    const id = isDrafter || taken.has(named(true)) ? named(false) : named(true)
    return { id, ref: `hf:${id}` }
  }
  const local = set.stem.split('/').slice(1).join('/')
  const id = taken.has(local) ? `${local}.gguf` : local
  return { id, ref: `file:${id}` }
}
