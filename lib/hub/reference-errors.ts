import { AppError } from '@/lib/platform/errors'

const FORMS =
  'hf:owner/repo, hf:owner/repo:Q4_K_M, hf:owner/repo/path/file.gguf (each with @revision), https://huggingface.co/owner/repo, https://host/file.gguf or builtin:storyteller'

/** A reference that names nothing. @param why the end of a sentence, without its dot. */
export function wrongReference(why: string): AppError {
  return new AppError(`This model reference can not be used: ${why}.`, {
    code: 'invalid_model_ref',
    status: 400,
    param: 'model_ref',
    hint: `A reference is one of: ${FORMS}.`,
  })
}

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

/** A file that is of no use without a model. @param what says what it is. */
export function notAModel(path: string, what: string): AppError {
  return new AppError(`${path} is ${what}, not a model.`, {
    code: 'not_a_model',
    status: 400,
    param: 'model_ref',
    hint: 'Download the model: a projector that belongs to it comes along.',
  })
}

function list(items: readonly string[]): string {
  const rest = items.length > SHOWN ? `, and ${items.length - SHOWN} more` : ''
  return items.slice(0, SHOWN).join(', ') + rest
}
