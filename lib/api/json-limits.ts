import { AppError } from '@/lib/platform/errors'

/** How much a body may hold, whatever its size in bytes. */
export type JsonBounds = {
  /** Levels of lists and objects. */
  depth: number
  /** Lists and objects. */
  containers: number
  /** Members of all objects. */
  members: number
  /** Values in all: one for each member and entry, and lists and objects themselves. */
  values: number
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const LIST = 0x5b
const LIST_END = 0x5d
const OBJECT = 0x7b
const OBJECT_END = 0x7d

/**
 * Counts what a JSON text holds while its bytes arrive, before anything is made of it: a text of 16 MiB can hold
 * millions of empty objects, which take a thousand times that in memory and minutes to check.
 * It does not judge the syntax; a text that is no JSON may pass.
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-9 an implementation may set limits
 */
export class JsonLimits {
  readonly #bounds: JsonBounds
  #depth = 0
  #containers = 0
  #members = 0
  #values = 1
  #inText = false
  /** Whether the byte before is a backslash that escapes. */
  #escapes = false

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds
  }

  /** Takes the next bytes of a text in UTF-8. @throws AppError 400 at the first byte that is beyond a bound. */
  push(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index++) {
      if (this.#inText) {
        index = this.#skipText(bytes, index)
        continue
      }
      switch (bytes[index]) {
        case QUOTE:
          this.#inText = true
          break
        case COMMA:
          if (++this.#values > this.#bounds.values) throw tooMany(this.#bounds.values, 'values')
          break
        case COLON:
          if (++this.#members > this.#bounds.members) throw tooMany(this.#bounds.members, 'members')
          break
        case LIST:
        case OBJECT:
          this.#open()
          break
        case LIST_END:
        case OBJECT_END:
          this.#depth -= 1
      }
    }
  }

  /** The index of the last byte that belongs to the text: of its end, or of the chunk's. */
  #skipText(bytes: Uint8Array, from: number): number {
    for (let index = from; index < bytes.length; index++) {
      if (this.#escapes) this.#escapes = false
      else if (bytes[index] === BACKSLASH) this.#escapes = true
      else if (bytes[index] === QUOTE) {
        this.#inText = false
        return index
      }
    }
    return bytes.length
  }

  /** What opens is the value that its comma was counted for, and has a first one of its own, if any. */
  #open(): void {
    this.#depth += 1
    this.#containers += 1
    this.#values += 1
    const { depth, containers, values } = this.#bounds
    if (this.#depth > depth)
      throw new AppError(`The body is nested deeper than ${depth} levels.`, {
        code: 'json_too_deep',
        status: 400,
      })
    if (this.#containers > containers) throw tooMany(containers, 'lists and objects')
    if (this.#values > values) throw tooMany(values, 'values')
  }
}

function tooMany(most: number, what: string): AppError {
  return new AppError(`The body holds more than ${most} ${what}.`, {
    code: 'json_too_large',
    status: 400,
    hint: 'Send less at once.',
  })
}
