import { createHash } from 'node:crypto'
import type { Content } from './content'

/** A file of a model. */
export type HubFile = {
  content: Content
  /** What the hub says its SHA-256 is, when that is not true. */
  claimedSha256?: string
}

/** A model of the hub, as its API describes it. */
export type HubModel = {
  id: string
  files: Map<string, HubFile>
  downloads: number
  likes: number
  lastModified: string
  licence: string
  gated: false | 'auto' | 'manual'
  /** Names that stand for this revision besides its commit. */
  revisions: string[]
}

/** The commit: changes when any file does. */
export function commitOf(model: HubModel): string {
  const hash = createHash('sha1')
  for (const [path, file] of model.files) hash.update(`${path}:${file.content.sha256}\n`)
  return hash.digest('hex')
}

/** The SHA-256 that the hub claims, which is also the entity tag. */
export function shaOf(file: HubFile): string {
  return file.claimedSha256 ?? file.content.sha256
}

/** `GET /api/models/{id}`, and one line of a search. */
export function describeModel(model: HubModel): object {
  return {
    _id: createHash('md5').update(model.id).digest('hex').slice(0, 24),
    id: model.id,
    modelId: model.id,
    author: model.id.split('/')[0],
    sha: commitOf(model),
    private: false,
    gated: model.gated,
    disabled: false,
    downloads: model.downloads,
    likes: model.likes,
    lastModified: model.lastModified,
    createdAt: model.lastModified,
    pipeline_tag: 'text-generation',
    library_name: 'gguf',
    tags: ['gguf', 'text-generation', `license:${model.licence}`],
    cardData: { license: model.licence },
    siblings: [...model.files.keys()].map((rfilename) => ({ rfilename })),
  }
}

/** `GET /api/models/{id}/tree/{revision}`: the files below `folder`, or right in it. */
export function describeTree(model: HubModel, folder: string, recursive: boolean): object[] {
  const prefix = folder ? `${folder}/` : ''
  const entries = new Map<string, object>()
  for (const [path, file] of model.files) {
    if (!path.startsWith(prefix)) continue
    const rest = path.slice(prefix.length)
    const slash = rest.indexOf('/')
    if (slash >= 0) {
      const directory = prefix + rest.slice(0, slash)
      entries.set(directory, { type: 'directory', oid: oid(directory), size: 0, path: directory })
    }
    if (slash < 0 || recursive) entries.set(path, describeFile(path, file))
  }
  return [...entries.values()]
}

/** One file, as the tree and `paths-info` show it. */
export function describeFile(path: string, file: HubFile): object {
  const size = file.content.size
  return {
    type: 'file',
    oid: oid(path),
    size,
    path,
    lfs: { oid: shaOf(file), size, pointerSize: 134 },
  }
}

/** `GET /api/models?search=`, with the sort orders that matter. */
export function searchModels(models: Iterable<HubModel>, query: URLSearchParams): object[] {
  const words = (query.get('search') ?? '').toLowerCase()
  const author = query.get('author')
  const sort = query.get('sort') ?? 'downloads'
  const limit = Number(query.get('limit') ?? 100)
  const key = (m: HubModel) =>
    sort === 'likes' ? m.likes : sort === 'lastModified' ? Date.parse(m.lastModified) : m.downloads
  return [...models]
    .filter((m) => m.id.toLowerCase().includes(words))
    .filter((m) => !author || m.id.startsWith(`${author}/`))
    .sort((a, b) => key(b) - key(a))
    .slice(0, limit)
    .map(describeModel)
}

function oid(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
