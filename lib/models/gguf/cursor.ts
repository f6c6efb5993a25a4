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

/** Thrown when the header goes on past the bytes at hand: read more and parse again. */
export class NeedMoreBytes extends Error {
  override readonly name = 'NeedMoreBytes'
  constructor(
    /** Bytes from the start of the file that are needed at least. */
    readonly atLeast: number,
  ) {
    super(`The header needs at least ${atLeast} bytes.`)
  }
}

/** Reads little-endian values from the start of a file, and never past what it was given. */
export class GgufCursor {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Bytes from the start of the file. */
  get offset(): number {
    return this.#offset
  }

  /** Moves on by `length` bytes and returns where they began. */
  skip(length: number): number {
    const start = this.#offset
    const end = start + length
    if (end > this.#bytes.byteLength) throw new NeedMoreBytes(end)
    this.#offset = end
    return start
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1))
  }

  i8(): number {
    return this.#view.getInt8(this.skip(1))
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true)
  }

  i16(): number {
    return this.#view.getInt16(this.skip(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true)
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true)
  }

  f32(): number {
    return this.#view.getFloat32(this.skip(4), true)
  }

  f64(): number {
    return this.#view.getFloat64(this.skip(8), true)
  }

  /** Past 2^53 the value is rounded; every caller refuses such numbers as too large anyway. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.skip(8), true))
  }

  i64(): number {
    return Number(this.#view.getBigInt64(this.skip(8), true))
  }

  text(length: number): string {
    const start = this.skip(length)
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length))
  }
}
