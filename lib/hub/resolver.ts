import { parseGgufName } from '@/lib/models/file-names'
import type { Memory } from '@/lib/models/machine'
import { MODELS_FOLDER } from '@/lib/models/model-files'
import { hubFolder, hubModelId } from '@/lib/models/model-names'
import { AppError } from '@/lib/platform/errors'
import { decodePath } from './hub-address'
import type { HubFile, HubRepository } from './hub-answers'
import { chooseFiles, type HubChoice } from './hub-choice'
import type { HubClient } from './hub-client'
import { hubError } from './hub-errors'
import {
  asHubFile,
  formatReference,
  isSafePath,
  parseReference,
  type Reference,
  type ResolvedDownload,
  type ResolvedFile,
} from './reference'

/** The most files that a model on another server is taken to have. */
const MAX_PARTS = 1000

type HubReference = Extract<Reference, { kind: 'model' | 'file' }>

export type ResolverOptions = {
  hub: Pick<HubClient, 'repository' | 'endpoint' | 'hasToken'>
  /** Refuses addresses that may not be asked, by throwing. */
  addresses: { check(url: URL, from: null): void }
  /** Decides which quantization is best for this machine. */
  measureMemory: () => Promise<Memory>
}

/** Finds out what a reference stands for now: which files, from where, how large, with which hashes. */
export class Resolver {
  readonly #hub: ResolverOptions['hub']
  readonly #addresses: ResolverOptions['addresses']
  readonly #measureMemory: ResolverOptions['measureMemory']

  constructor({ hub, addresses, measureMemory }: ResolverOptions) {
    this.#hub = hub
    this.#addresses = addresses
    this.#measureMemory = measureMemory
  }

  /**
   * Resolves a `model_ref`. What ships with Runnel has no files to fetch.
   * @throws AppError `invalid_model_ref`, `address_refused`, and those of HubClient.repository and chooseFiles.
   */
  async resolve(modelRef: string, signal: AbortSignal): Promise<ResolvedDownload> {
    const reference = parseReference(modelRef)
    switch (reference.kind) {
      case 'builtin':
        return builtin(reference.name)
      case 'url': {
        const url = new URL(reference.url)
        const onHub = asHubFile(url, this.#hub.endpoint)
        if (onHub?.kind === 'file') return this.#resolveHub(onHub, signal)
        this.#addresses.check(url, null)
        return ofUrl(url)
      }
      case 'model':
      case 'file':
        return this.#resolveHub(reference, signal)
    }
  }

  async #resolveHub(reference: HubReference, signal: AbortSignal): Promise<ResolvedDownload> {
    const { repository, commit } = await this.#repository(reference, signal)
    if (repository.gated && !this.#hub.hasToken) throw this.#gated(repository.id)
    const memory = await this.#measureMemory()
    const choice = chooseFiles(repository, reference, memory, this.#hub.endpoint)
    const path = choice.weights[0]?.path ?? ''
    const { id: repo } = repository
    return {
      target: formatReference({ kind: 'file', repo, path, revision: commit }),
      modelId: hubModelId({ ...choice, repo, commit, path }),
      revision: repository.revision,
      quantization: choice.quantization,
      licence: repository.licence,
      files: this.#filesOf(repository, commit, choice),
      hub: true,
    }
  }

  /** A revision that is the newest one by another name counts as the newest; `commit` is null then. */
  async #repository(
    { repo, revision }: HubReference,
    signal: AbortSignal,
  ): Promise<{ repository: HubRepository; commit: string | null }> {
    const newest = revision === null || revision === 'main'
    const options = { revision: newest ? null : revision, fresh: true }
    const repository = await this.#hub.repository(repo, options, signal)
    if (newest) return { repository, commit: null }
    const main = await this.#hub.repository(repo, { revision: null, fresh: true }, signal)
    return {
      repository,
      commit: main.revision === repository.revision ? null : repository.revision,
    }
  }

  #filesOf(repository: HubRepository, commit: string | null, choice: HubChoice): ResolvedFile[] {
    const folder = hubFolder(repository.id, commit)
    const base = `${this.#hub.endpoint}/${repository.id}/resolve/${repository.revision}`
    const describe = (file: HubFile, role: ResolvedFile['role']): ResolvedFile => ({
      url: `${base}/${file.path.split('/').map(encodeURIComponent).join('/')}`,
      path: `${folder}/${file.path}`,
      size: file.size,
      sha256: file.sha256,
      etag: null,
      role,
    })
    const weights = choice.weights.map((file) => describe(file, 'weights'))
    return choice.projector ? [...weights, describe(choice.projector, 'projector')] : weights
  }

  #gated(repo: string): AppError {
    const refusal = { status: 403, errorCode: 'GatedRepo', errorMessage: null, retryAfter: null }
    return hubError(refusal, { endpoint: this.#hub.endpoint, hasToken: false, repo })
  }
}

function builtin(name: string): ResolvedDownload {
  return {
    target: formatReference({ kind: 'builtin', name }),
    modelId: name,
    revision: null,
    quantization: null,
    licence: null,
    files: [],
    hub: false,
  }
}

/** A file on another server; when its name says that it is a part, all parts. */
function ofUrl(url: URL): ResolvedDownload {
  const parts = partsOf(url)
  const files = parts.map(toFile)
  const [first = url] = parts
  const place = placeOf(first)
  return {
    // Without the query, which may be a signature: one place on disk is one target.
    target: first.origin + first.pathname,
    modelId: place,
    revision: null,
    quantization: parseGgufName(place).quantization,
    licence: null,
    files,
    hub: false,
  }
}

function partsOf(url: URL): URL[] {
  const { part } = parseGgufName(url.pathname)
  if (!part || part.index > part.count || part.count > MAX_PARTS) return [url]
  return Array.from({ length: part.count }, (_, index) => {
    const each = new URL(url)
    const number = String(index + 1).padStart(5, '0')
    each.pathname = url.pathname.replace(/-\d{5}(?=-of-\d{5}\.gguf$)/i, `-${number}`)
    return each
  })
}

function toFile(url: URL): ResolvedFile {
  const path = `${MODELS_FOLDER}/url/${placeOf(url)}`
  return { url: url.href, path, size: null, sha256: null, etag: null, role: 'weights' }
}

function placeOf(url: URL): string {
  const host = url.host.replace(/[[\]]/g, '').replaceAll(':', '_')
  const place = `${host}${decodePath(url.pathname).replace(/\/+/g, '/')}`
  if (isSafePath(place)) return place
  throw new AppError('The path of this address has characters that no file can be named by.', {
    code: 'invalid_model_ref',
    status: 400,
    param: 'model_ref',
    hint: 'Letters, digits, spaces and . _ + = , ( ) - are possible.',
  })
}
