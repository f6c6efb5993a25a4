import { AppError } from '@/lib/platform/errors'

const SHOWN = 12

/** The repository has nothing that could be loaded. */
export function noGgufFiles(repo: string): AppError {
  return new AppError(`The model ${repo} has no GGUF files.`, {
    code: 'no_gguf_files',
    status: 404,
    param: 'model_ref',
    hint: 'Search the hub for a repository of the same model whose name ends in GGUF.',
  })
}

/** The repository has GGUF files, but none of this quantization. */
export function quantizationNotFound(
  repo: string,
  wanted: string,
  there: readonly string[],
): AppError {
  return new AppError(`The model ${repo} has no quantization ${wanted}.`, {
    code: 'quantization_not_found',
    status: 404,
    param: 'model_ref',
    hint:
      there.length > 0 ? `There are: ${list(there)}.` : 'Its files do not say theirs: name a file.',
  })
}

/** Several files have this quantization: one must be named. */
export function ambiguousQuantization(
  repo: string,
  wanted: string,
  paths: readonly string[],
): AppError {
  return new AppError(`The model ${repo} has several files of quantization ${wanted}.`, {
    code: 'ambiguous_model_ref',
    status: 400,
    param: 'model_ref',
    hint: `Name one of them: ${list(paths.map((path) => `hf:${repo}/${path}`))}.`,
  })
}

/** A part of a split file is not in the repository. */
export function incompleteSet(repo: string, stem: string): AppError {
  return new AppError(`The model ${repo} lacks parts of ${stem}.`, {
    code: 'incomplete_set',
    status: 422,
    param: 'model_ref',
    hint: 'Choose another quantization, or wait until its owner has uploaded the rest.',
  })
}

/** A projector is of no use without the model that it belongs to. */
export function projectorAlone(path: string): AppError {
  return new AppError(`${path} is a vision projector, not a model.`, {
    code: 'not_a_model',
    status: 400,
    param: 'model_ref',
    hint: 'Download the model: the projector comes along.',
  })
}

function list(items: readonly string[]): string {
  const rest = items.length > SHOWN ? `, and ${items.length - SHOWN} more` : ''
  return items.slice(0, SHOWN).join(', ') + rest
}
