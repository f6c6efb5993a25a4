// Reads the metadata of a GGUF file as raw values, and writes a file from values and tensors (GGUF version 3).

const ALIGNMENT = 32
const TYPES = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 }
const SIZES = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 }

/** The metadata of a file, each value with its type and its bytes as they are. */
export function readMetadata(file) {
  const count = Number(file.readBigUInt64LE(16))
  const values = new Map()
  let at = 24
  for (let i = 0; i < count; i++) {
    const length = Number(file.readBigUInt64LE(at))
    const key = file.toString('utf8', at + 8, at + 8 + length)
    at += 8 + length
    const type = file.readUInt32LE(at)
    const end = skip(file, at + 4, type)
    values.set(key, file.subarray(at, end))
    at = end
  }
  return values
}

function skip(file, at, type) {
  if (type === TYPES.string) return at + 8 + Number(file.readBigUInt64LE(at))
  if (type !== TYPES.array) return at + SIZES[type]
  const item = file.readUInt32LE(at)
  const count = Number(file.readBigUInt64LE(at + 4))
  let end = at + 12
  for (let i = 0; i < count; i++) end = skip(file, end, item)
  return end
}

/** The texts of an array of strings. */
export function readStrings(value) {
  const count = Number(value.readBigUInt64LE(8))
  const texts = []
  let at = 16
  for (let i = 0; i < count; i++) {
    const length = Number(value.readBigUInt64LE(at))
    texts.push(value.toString('utf8', at + 8, at + 8 + length))
    at += 8 + length
  }
  return texts
}

const uint32 = (value) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const uint64 = (value) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const text = (value) => Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)])

/** Values with their types, as metadata holds them. */
export const value = {
  uint32: (number) => Buffer.concat([uint32(TYPES.uint32), uint32(number)]),
  float32: (number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(number)
    return Buffer.concat([uint32(TYPES.float32), bytes])
  },
  string: (string) => Buffer.concat([uint32(TYPES.string), text(string)]),
  strings: (strings) =>
    Buffer.concat([
      uint32(TYPES.array),
      uint32(TYPES.string),
      uint64(strings.length),
      ...strings.map(text),
    ]),
  int32s: (numbers) =>
    Buffer.concat([
      uint32(TYPES.array),
      uint32(TYPES.int32),
      uint64(numbers.length),
      ...numbers.map(uint32),
    ]),
}

const padding = (size) => Buffer.alloc((ALIGNMENT - (size % ALIGNMENT)) % ALIGNMENT)

/** The head of a file: everything before the data of the tensors. `bytes` of each tensor says how much it will have. */
export function writeHead(metadata, tensors) {
  let offset = 0
  const infos = tensors.map(({ name, shape, type, bytes }) => {
    const info = [
      text(name),
      uint32(shape.length),
      ...shape.map(uint64),
      uint32(type),
      uint64(offset),
    ]
    offset += bytes + padding(bytes).length
    return Buffer.concat(info)
  })
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(metadata.size),
    ...[...metadata].flatMap(([key, each]) => [text(key), each]),
    ...infos,
  ])
  return Buffer.concat([head, padding(head.length)])
}

/** What follows the data of a tensor. */
export function pad(bytes) {
  return padding(bytes)
}
