import { samplingDefaults } from '../settings-schemas'
import type { GgufSummary } from '../types'
import type { GgufHeader, GgufValue } from './header'
import { fileTypeName } from './tensor-types'

/** Bytes of one number in the key-value cache: it is kept in half precision. */
const KV_NUMBER_BYTES = 2

/** The names that a header has for our settings. */
const SAMPLING_KEYS = {
  temp: 'temperature',
  top_p: 'top_p',
  top_k: 'top_k',
  min_p: 'min_p',
  penalty_repeat: 'repeat_penalty',
  xtc_probability: 'xtc_probability',
  xtc_threshold: 'xtc_threshold',
}

/** Sums up the headers of a model: one, or one for each part of a split file, the first part first. */
export function summarize(headers: readonly GgufHeader[]): GgufSummary {
  const metadata: ReadonlyMap<string, GgufValue> = headers[0]?.metadata ?? new Map()
  const architecture = text(metadata.get('general.architecture'))
  const own = (key: string) => metadata.get(`${architecture}.${key}`)
  const fileType = number(metadata.get('general.file_type'))
  return {
    architecture,
    name: text(metadata.get('general.name')),
    parameters: countParameters(headers),
    quantization: fileType === null ? null : fileTypeName(fileType),
    contextLength: number(own('context_length')),
    embeddingLength: number(own('embedding_length')),
    layers: number(own('block_count')),
    heads: largest(own('attention.head_count')),
    headsKv: largest(own('attention.head_count_kv')),
    vocabularySize: lengthOf(metadata.get('tokenizer.ggml.tokens')) ?? number(own('vocab_size')),
    kvBytesPerToken: kvBytesPerToken(own),
    chatTemplate: text(metadata.get('tokenizer.chat_template')),
    licence: text(metadata.get('general.license')),
    sampling: samplingOf(metadata),
    splitCount: number(metadata.get('split.count')) || 1,
  }
}

function countParameters(headers: readonly GgufHeader[]): number | null {
  const sum = headers
    .flatMap((header) => header.tensors)
    .reduce((total, tensor) => total + tensor.elements, 0)
  return sum > 0 ? sum : null
}

/** Each layer caches one key and one value for each of its key-value heads. Sliding windows only make it less. */
function kvBytesPerToken(own: (key: string) => GgufValue | undefined): number | null {
  const layers = number(own('block_count'))
  const heads = own('attention.head_count')
  const embedding = number(own('embedding_length'))
  const most = largest(heads)
  if (layers === null || !most || embedding === null) return null
  const keyLength = number(own('attention.key_length')) ?? embedding / most
  const valueLength = number(own('attention.value_length')) ?? embedding / most
  const perLayer = own('attention.head_count_kv') ?? heads
  const kvHeads =
    typeof perLayer === 'object'
      ? perLayer.numbers.reduce((total, count) => total + count, 0)
      : layers * (number(perLayer) ?? most)
  return Math.round(kvHeads * (keyLength + valueLength) * KV_NUMBER_BYTES)
}

/**
 * What the makers advise for sampling. A value that no request could have is left out, and so are mirostat and the order
 * of the samplers, which the engine does not have.
 * @see https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/constants.py `Keys.General.SAMPLING_*`
 */
function samplingOf(metadata: ReadonlyMap<string, GgufValue>): GgufSummary['sampling'] {
  const told = Object.entries(SAMPLING_KEYS).map(([key, name]): [string, GgufValue | undefined] => [
    name,
    metadata.get(`general.sampling.${key}`),
  ])
  const valid = told.filter(
    ([name, value]) => value !== undefined && samplingDefaults.safeParse({ [name]: value }).success,
  )
  return samplingDefaults.parse(Object.fromEntries(valid))
}

function text(value: GgufValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function number(value: GgufValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

function largest(value: GgufValue | undefined): number | null {
  if (typeof value !== 'object') return number(value)
  return value.numbers.length > 0 ? Math.max(...value.numbers) : null
}

function lengthOf(value: GgufValue | undefined): number | null {
  return typeof value === 'object' ? value.length : null
}
