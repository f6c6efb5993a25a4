import { type Content, madeContent } from './content'

export type GgufOptions = {
  /** Bytes of the whole file; at least 4 KiB. */
  size: number
  seed?: string
  architecture?: string
  name?: string
  /** `general.file_type`: 7 is Q8_0, 15 is Q4_K_M. */
  fileType?: number
  contextLength?: number
  licence?: string
  /** This part and how many there are, for a split file. */
  split?: { index: number; count: number }
  /** Default: whole numbers of 8 bits. */
  tensorType?: TensorType
  /** Tensors that share the file; default 1. */
  tensors?: number
}

/** A tensor type of ggml by its number, and how many elements a block of so many bytes has. */
export type TensorType = { type: number; elements: number; bytes: number }

type Value = string | number | readonly string[]

const ALIGNMENT = 32
const TENSOR_NAMES = ['token_embd.weight', 'output.weight']
const I8: TensorType = { type: 24, elements: 1, bytes: 1 }

/** A GGUF file with a valid header, and tensors that fill its `size` bytes as far as their blocks allow. */
export function ggufContent(options: GgufOptions): Content {
  const { size, seed = 'runnel', architecture = 'llama' } = options
  const metadata: [string, Value][] = [
    ['general.architecture', architecture],
    ['general.name', options.name ?? 'Tiny'],
    ['general.file_type', options.fileType ?? 7],
    ['general.quantization_version', 2],
    ['general.alignment', ALIGNMENT],
    ['general.license', options.licence ?? 'mit'],
    [`${architecture}.context_length`, options.contextLength ?? 2048],
    [`${architecture}.embedding_length`, 64],
    [`${architecture}.block_count`, 2],
    [`${architecture}.feed_forward_length`, 128],
    [`${architecture}.attention.head_count`, 4],
    [`${architecture}.attention.head_count_kv`, 2],
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', ['<unk>', '<s>', '</s>', 'a', 'b']],
    ['tokenizer.chat_template', '{% for m in messages %}{{ m.content }}{% endfor %}'],
  ]
  if (options.split)
    metadata.push(['split.no', options.split.index], ['split.count', options.split.count])
  const { tensorType = I8, tensors = 1 } = options
  return madeContent(header(metadata, size, tensorType, tensors), size, seed)
}

function header(
  metadata: readonly [string, Value][],
  size: number,
  type: TensorType,
  tensors: number,
): Buffer {
  const length = build(metadata, type, tensors, 0).length
  const dataStart = Math.ceil(length / ALIGNMENT) * ALIGNMENT
  const bytes = build(metadata, type, tensors, size - dataStart)
  return Buffer.concat([bytes, Buffer.alloc(dataStart - bytes.length)])
}

/** @param dataBytes what the tensors share in equal parts, each from a multiple of the alignment on. */
function build(
  metadata: readonly [string, Value][],
  type: TensorType,
  tensors: number,
  dataBytes: number,
): Buffer {
  const parts = [Buffer.from('GGUF'), u32(3), u64(tensors), u64(metadata.length)]
  for (const [key, value] of metadata) parts.push(text(key), ...encode(value))
  const each = tensors === 1 ? dataBytes : Math.floor(dataBytes / tensors / ALIGNMENT) * ALIGNMENT
  for (let index = 0; index < tensors; index++) {
    const elements = Math.floor(each / type.bytes) * type.elements
    const name = TENSOR_NAMES[index] ?? `blk.${index}.weight`
    parts.push(text(name), u32(1), u64(elements), u32(type.type), u64(index * each))
  }
  return Buffer.concat(parts)
}

function encode(value: Value): Buffer[] {
  if (typeof value === 'string') return [u32(8), text(value)]
  if (typeof value === 'number') return [u32(4), u32(value)]
  return [u32(9), u32(8), u64(value.length), ...value.map(text)]
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u64(bytes.length), bytes])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
