import { GgufCursor, malformed } from './cursor'

export type GgufValue = string | number | boolean | GgufArray

/** Of an array only what is of use is kept: its length, and its numbers when they are few. */
export type GgufArray = { length: number; numbers: readonly number[] }

export type GgufTensor = {
  name: string
  type: number
  elements: number
  /** Bytes from the start of the tensor data. */
  offset: number
}

export type GgufHeader = {
  version: number
  metadata: ReadonlyMap<string, GgufValue>
  tensors: readonly GgufTensor[]
  /** Bytes from the start of the file to the tensor data. */
  dataOffset: number
  alignment: number
}

const MAGIC = 'GGUF'
/** Far above any real model: a header that asks for more is lying. */
const MAX_KEYS = 65_536
const MAX_TENSORS = 1_048_576
const MAX_KEY_BYTES = 65_535
const MAX_DIMENSIONS = 4
const MAX_KEPT_NUMBERS = 4096
const DEFAULT_ALIGNMENT = 32

const STRING = 8
const ARRAY = 9
/** Bytes of one value of each type that has a fixed size. */
const WIDTHS = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
])

/**
 * Parses the header of a GGUF file (versions 2 and 3, little endian) from its first bytes. Every count and length is
 * bounded before it is believed, so that no input takes more memory than it has bytes.
 * @throws NeedMoreBytes when the header is longer than `bytes`.
 * @throws AppError `invalid_gguf` when it is malformed.
 */
export function parseGgufHeader(bytes: Uint8Array): GgufHeader {
  const cursor = new GgufCursor(bytes)
  const version = readMagic(cursor)
  const tensorCount = cursor.u64()
  const keyCount = cursor.u64()
  if (tensorCount > MAX_TENSORS) throw malformed(`it claims ${tensorCount} tensors`)
  if (keyCount > MAX_KEYS) throw malformed(`it claims ${keyCount} metadata keys`)
  const metadata = readMetadata(cursor, keyCount)
  const tensors: GgufTensor[] = []
  for (let i = 0; i < tensorCount; i++) tensors.push(readTensor(cursor))
  const alignment = alignmentOf(metadata)
  const dataOffset = Math.ceil(cursor.offset / alignment) * alignment
  return { version, metadata, tensors, dataOffset, alignment }
}

function readMagic(cursor: GgufCursor): number {
  const magic = cursor.text(4)
  if (magic !== MAGIC) throw malformed(`it begins with ${JSON.stringify(magic)}, not with "GGUF"`)
  const version = cursor.u32()
  if (version > 0xffff) throw malformed('it is big endian, which no machine that Runnel runs on is')
  if (version < 2 || version > 3)
    throw malformed(`it has version ${version}, and only 2 and 3 are known`)
  return version
}

function readMetadata(cursor: GgufCursor, count: number): Map<string, GgufValue> {
  const metadata = new Map<string, GgufValue>()
  for (let i = 0; i < count; i++) {
    const key = readKey(cursor)
    if (metadata.has(key)) throw malformed(`the key ${JSON.stringify(key)} is there twice`)
    metadata.set(key, readValue(cursor, cursor.u32(), key))
  }
  return metadata
}

function readKey(cursor: GgufCursor): string {
  const length = cursor.u64()
  if (length === 0 || length > MAX_KEY_BYTES) throw malformed(`a name is ${length} bytes long`)
  return cursor.text(length)
}

function readValue(cursor: GgufCursor, type: number, key: string): GgufValue {
  if (type === STRING) return cursor.text(cursor.u64())
  if (type === ARRAY) return readArray(cursor, key)
  const value = readNumber(cursor, type)
  if (value === null) throw malformed(`${JSON.stringify(key)} has the unknown type ${type}`)
  return type === 7 ? value !== 0 : value
}

function readNumber(cursor: GgufCursor, type: number): number | null {
  switch (type) {
    case 0:
    case 7:
      return cursor.u8()
    case 1:
      return cursor.i8()
    case 2:
      return cursor.u16()
    case 3:
      return cursor.i16()
    case 4:
      return cursor.u32()
    case 5:
      return cursor.i32()
    case 6:
      return cursor.f32()
    case 10:
      return cursor.u64()
    case 11:
      return cursor.i64()
    case 12:
      return cursor.f64()
    default:
      return null
  }
}

function readArray(cursor: GgufCursor, key: string): GgufArray {
  const type = cursor.u32()
  const length = cursor.u64()
  const numbers: number[] = []
  if (type === STRING) {
    for (let i = 0; i < length; i++) cursor.skip(cursor.u64())
    return { length, numbers }
  }
  const width = WIDTHS.get(type)
  if (width === undefined)
    throw malformed(`${JSON.stringify(key)} is an array of the unknown type ${type}`)
  if (length > MAX_KEPT_NUMBERS) {
    cursor.skip(length * width)
    return { length, numbers }
  }
  for (let i = 0; i < length; i++) numbers.push(readNumber(cursor, type) ?? 0)
  return { length, numbers }
}

function readTensor(cursor: GgufCursor): GgufTensor {
  const name = readKey(cursor)
  const dimensions = cursor.u32()
  if (dimensions > MAX_DIMENSIONS)
    throw malformed(`the tensor ${JSON.stringify(name)} has ${dimensions} dimensions`)
  let elements = 1
  for (let i = 0; i < dimensions; i++) elements *= cursor.u64()
  if (!Number.isSafeInteger(elements))
    throw malformed(`the tensor ${JSON.stringify(name)} claims ${elements} elements`)
  return { name, type: cursor.u32(), elements, offset: cursor.u64() }
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
  const value = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT
  const isPowerOfTwo = typeof value === 'number' && value > 0 && Number.isInteger(Math.log2(value))
  if (!isPowerOfTwo || value > 1_048_576) throw malformed('its alignment is not a power of two')
  return value
}
