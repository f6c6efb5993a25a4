import { posix } from 'node:path'
import { chooseProjector, type FileSet, groupFiles } from '@/lib/models/file-names'
import { judgeFit, memoryNeeded, recommend } from '@/lib/models/fit'
import type { Memory } from '@/lib/models/machine'
import type { HubFile, HubRepository } from './hub-answers'
import { hubError } from './hub-errors'
import type { Reference } from './reference'
import {
  ambiguousQuantization,
  incompleteSet,
  noGgufFiles,
  projectorAlone,
  quantizationNotFound,
} from './resolver-errors'

/** What is taken from a repository. */
export type HubChoice = {
  weights: readonly HubFile[]
  quantization: string | null
  /** Whether no other model of the repository has this quantization. */
  unique: boolean
  projector: HubFile | null
}

type HubReference = Extract<Reference, { kind: 'model' | 'file' }>
/** A model of a repository: a file, or all parts of a split one. */
export type ModelSet = FileSet<HubFile>

/**
 * Picks the files that a reference means: by file, by quantization, or the best for this much memory.
 * @throws AppError that says which step found nothing, and what there is instead.
 */
export function chooseFiles(
  repository: HubRepository,
  reference: HubReference,
  memory: Memory,
  endpoint: string,
): HubChoice {
  const { sets, projectors } = groupFiles(repository.files)
  if (sets.length === 0 && reference.kind === 'model') throw noGgufFiles(repository.id)
  const set =
    reference.kind === 'file'
      ? byPath(repository, sets, projectors, reference.path, endpoint)
      : byQuantization(repository.id, sets, reference.quantization, memory)
  if (!set.complete) throw incompleteSet(repository.id, set.stem)
  return {
    weights: set.files,
    quantization: set.quantization,
    unique: sets.filter((other) => other.quantization === set.quantization).length === 1,
    projector: projectorOf(set, projectors),
  }
}

/** The projector beside a model, or at the top of its repository. */
export function projectorOf(set: ModelSet, projectors: readonly HubFile[]): HubFile | null {
  const folder = posix.dirname(set.stem)
  const inFolder = (wanted: string) =>
    chooseProjector(projectors.filter((file) => posix.dirname(file.path) === wanted))
  return inFolder(folder) ?? inFolder('.')
}

/** Bytes of all parts. */
export function sizeOf(files: readonly { size: number }[]): number {
  return files.reduce((total, file) => total + file.size, 0)
}

function byPath(
  repository: HubRepository,
  sets: readonly ModelSet[],
  projectors: readonly HubFile[],
  path: string,
  endpoint: string,
): ModelSet {
  const found = sets.find((set) => set.files.some((file) => file.path === path))
  if (found) return found
  if (projectors.some((file) => file.path === path)) throw projectorAlone(path)
  const missing = { status: 404, errorCode: 'EntryNotFound', errorMessage: null, retryAfter: null }
  throw hubError(missing, { endpoint, hasToken: false, repo: repository.id, path })
}

function byQuantization(
  repo: string,
  sets: readonly ModelSet[],
  wanted: string | null,
  memory: Memory,
): ModelSet {
  if (wanted === null) return best(sets, memory) ?? fail(noGgufFiles(repo))
  const [found, ...more] = sets.filter((set) => set.quantization === wanted)
  if (found && more.length > 0)
    throw ambiguousQuantization(
      repo,
      wanted,
      [found, ...more].flatMap((set) => set.files[0]?.path ?? []),
    )
  const there = new Set(sets.flatMap((set) => set.quantization ?? []))
  return found ?? fail(quantizationNotFound(repo, wanted, [...there]))
}

function best(sets: readonly ModelSet[], memory: Memory): ModelSet | undefined {
  const whole = sets.filter((set) => set.complete)
  const choices = (whole.length > 0 ? whole : sets).map((set) => {
    const size = sizeOf(set.files)
    const { verdict } = judgeFit(memoryNeeded(size, null, 0), memory)
    return { set, quantization: set.quantization, size, verdict }
  })
  return recommend(choices)?.set
}

function fail(error: Error): never {
  throw error
}
