/** What the name of a GGUF file tells, before anybody has read it. */
export type GgufName = {
  /** As it is usually written: `Q4_K_M`, `UD-Q4_K_XL`, `F16`. Null when the name holds none. */
  quantization: string | null
  /** The path without part number and ending: what the parts of a set have in common. */
  stem: string
  /** Of a split file; counted from 1. */
  part: { index: number; count: number } | null
  kind: FileKind
}

/**
 * What a file is for: a model; a vision projector; a drafter, which guesses tokens for a larger model; or the calibration
 * (importance matrix) that a quantization was made with.
 */
export type FileKind = 'model' | 'projector' | 'drafter' | 'calibration'

const QUANTIZATION =
  /(?:^|[-._/ ,+=()])((?:UD-)?(?:I?Q\d+(?:_[A-Z0-9]+)*|TQ\d_\d|MXFP4(?:_MOE)?|NVFP4|BF16|FP?16|FP?32))(?=$|[-._/ ,+=()])/gi
const PART = /-(\d{5})-of-(\d{5})$/

const PROJECTOR = /(?:^|[-._/ ,+=()])mmproj(?:$|[-._ ,+=()])/i
/** As llama.cpp tells them from models, and by `draft` anywhere; a model may have `mtp` elsewhere in its name. */
const DRAFTER =
  /(?:^|\/)mtp(?:$|-[^/]*$)|(?:^|[-._/ ])(?:draft|drafter|eagle3|dflash|dspark)(?:$|[-._ ][^/]*$)/i
const CALIBRATION = /(?:^|[-._/ ])(?:imatrix|calibration)(?:$|[-._ ][^/]*$)/i
/** What begins with it is one, whatever follows. */
const SURE_CALIBRATION = /(?:^|\/)(?:imatrix|calibration)(?:$|[-._ ][^/]*$)/i

/** Reads quantization, part and role from the path of a `.gguf` file. */
export function parseGgufName(path: string): GgufName {
  const whole = path.replace(/\.gguf$/i, '')
  const part = PART.exec(whole)
  const stem = part ? whole.slice(0, part.index) : whole
  const label = [...stem.matchAll(QUANTIZATION)].at(-1)?.[1]?.toUpperCase()
  return {
    quantization: label?.replace(/^FP/, 'F') ?? null,
    stem,
    part: part ? { index: Number(part[1]), count: Number(part[2]) } : null,
    kind: kindOf(stem, label !== undefined),
  }
}

function kindOf(stem: string, quantized: boolean): FileKind {
  if (PROJECTOR.test(stem)) return 'projector'
  if (DRAFTER.test(stem)) return 'drafter'
  if (SURE_CALIBRATION.test(stem)) return 'calibration'
  // A model says in its name that it was quantized with an importance matrix; the matrix itself has no quantization.
  return !quantized && CALIBRATION.test(stem) ? 'calibration' : 'model'
}

/** Whether a path names a GGUF file. */
export function isGguf(path: string): boolean {
  return /\.gguf$/i.test(path)
}

/** One model in a folder or a repository: a file, or all parts of a split one. */
export type FileSet<F> = {
  stem: string
  quantization: string | null
  files: readonly F[]
  /** Whether every part is there. */
  complete: boolean
}

/** The files of a folder or a repository, by what they are for. */
export type FileGroups<F> = {
  /** Models with their parts in order. */
  sets: readonly FileSet<F>[]
  /** Models that only guess for others; where there are no others, they are the models. */
  drafters: readonly FileSet<F>[]
  projectors: readonly F[]
  calibrations: readonly F[]
}

/** Puts the files of a folder or a repository together. */
export function groupFiles<F extends { path: string }>(files: readonly F[]): FileGroups<F> {
  const named = files
    .filter(({ path }) => isGguf(path))
    .map((file) => ({ name: parseGgufName(file.path), file }))
  const of = (kind: FileKind) => named.filter(({ name }) => name.kind === kind)
  const sets = toSets(of('model'))
  const drafters = toSets(of('drafter'))
  return {
    sets: sets.length > 0 ? sets : drafters,
    drafters: sets.length > 0 ? drafters : [],
    projectors: of('projector').map(({ file }) => file),
    calibrations: of('calibration').map(({ file }) => file),
  }
}

function toSets<F>(files: readonly { name: GgufName; file: F }[]): FileSet<F>[] {
  const groups = new Map<string, { name: GgufName; file: F }[]>()
  for (const each of files) {
    const key = `${each.name.stem}|${each.name.part?.count ?? 1}`
    const group = groups.get(key)
    if (group) group.push(each)
    else groups.set(key, [each])
  }
  return [...groups.values()].flatMap((group) => toSet(group) ?? [])
}

function toSet<F>(group: readonly { name: GgufName; file: F }[]): FileSet<F> | null {
  const first = group[0]
  if (!first) return null
  const ordered = [...group].sort((a, b) => (a.name.part?.index ?? 1) - (b.name.part?.index ?? 1))
  const indexes = ordered.map(({ name }, at) => (name.part?.index ?? 1) === at + 1)
  return {
    stem: first.name.stem,
    quantization: first.name.quantization,
    files: ordered.map(({ file }) => file),
    complete: indexes.every(Boolean) && group.length === (first.name.part?.count ?? 1),
  }
}

/** The projector that goes with a model: of several, the one in 16-bit numbers, which is what engines expect. */
export function chooseProjector<F extends { path: string }>(projectors: readonly F[]): F | null {
  const rank = ({ path }: F) => ['F16', 'BF16', 'Q8_0'].indexOf(labelOf(path)) >>> 0
  return [...projectors].sort((a, b) => rank(a) - rank(b))[0] ?? null
}

function labelOf(path: string): string {
  return parseGgufName(path).quantization ?? ''
}
