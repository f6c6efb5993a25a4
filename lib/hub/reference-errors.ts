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
