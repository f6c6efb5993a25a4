import { posix } from 'node:path'
import { chooseProjector, type FileGroups, type FileSet, groupFiles } from '@/lib/models/file-names'
import { judgeFit, memoryNeeded, recommend } from '@/lib/models/fit'
import type { Memory } from '@/lib/models/machine'
import type { HubFile, HubRepository } from './hub-answers'
import { hubError } from './hub-errors'
import type { Reference } from './reference'
import {
  ambiguousQuantization,
  incompleteSet,
  noGgufFiles,
  notAModel,
  quantizationNotFound,
} from './reference-errors'

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
  const groups = groupFiles(repository.files)
  const { sets, projectors } = groups
  const set =
    reference.kind === 'file'
      ? byPath(repository, groups, reference.path, endpoint)
      : byQuantization(repository.id, sets, reference.quantization, memory)
  if (!set.complete) throw incompleteSet(repository.id, set.stem)
  return {
    weights: set.files,
    quantization: set.quantization,
    unique: isUnique(set, sets),
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
export function totalSize(files: readonly { size: number }[]): number {
  return files.reduce((total, file) => total + file.size, 0)
}

/** Whether the quantization of a model names it alone. A drafter is always named by its file. */
export function isUnique(set: ModelSet, sets: readonly ModelSet[]): boolean {
  const same = sets.filter((other) => other.quantization === set.quantization)
  return same.length === 1 && same[0] === set
}

function byPath(
  repository: HubRepository,
  { sets, drafters, projectors, calibrations }: FileGroups<HubFile>,
  path: string,
  endpoint: string,
): ModelSet {
  const has = (file: HubFile) => file.path === path
  const found = [...sets, ...drafters].find((set) => set.files.some(has))
  if (found) return found
  if (projectors.some(has)) throw notAModel(path, 'a vision projector')
  if (calibrations.some(has))
    throw notAModel(path, 'the calibration that a model was quantized with')
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
    const size = totalSize(set.files)
    const { verdict } = judgeFit(memoryNeeded(size, null, 0), memory)
    return { set, quantization: set.quantization, size, verdict }
  })
  return recommend(choices)?.set
}

function fail(error: Error): never {
  throw error
}
