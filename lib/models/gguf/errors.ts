import { AppError } from '@/lib/platform/errors'

/** The file is not a GGUF file that can be used. */
export function malformed(what: string): AppError {
  return new AppError(`This is not a valid GGUF file: ${what}.`, {
    code: 'invalid_gguf',
    status: 422,
    hint: 'Get the file again, or choose another one: this one can not be loaded.',
  })
}

/** There is nothing in the file. */
export function emptyFile(): AppError {
  return new AppError('This GGUF file is empty: it has 0 bytes.', {
    code: 'truncated_gguf',
    status: 422,
    hint: 'Choose another file, or wait until its owner has uploaded it again.',
  })
}

/** The file ends before what its header promises. */
export function truncated(size: number, atLeast: number): AppError {
  return new AppError(
    `This GGUF file is cut off: it has ${size} bytes, and its header promises at least ${atLeast}.`,
    {
      code: 'truncated_gguf',
      status: 422,
      hint: 'Get the file again: what is there is not the whole of it.',
    },
  )
}

/** The header says that the model has more files than are there. */
export function missingParts(there: number, count: number): AppError {
  return new AppError(`This model is split into ${count} files, and ${there} of them are here.`, {
    code: 'incomplete_set',
    status: 422,
    hint: 'Get all of its parts: their names end in -00001-of-00003.gguf and so on.',
  })
}
