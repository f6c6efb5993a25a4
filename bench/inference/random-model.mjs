import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { pad, readMetadata, readStrings, value, writeHead } from './gguf.mjs'
import { reciteBlocks } from './recital.mjs'

const F32 = 0
const Q4_0 = 2
const Q4_0_BLOCK = { values: 32, bytes: 18 }
/** 0.005 in half precision: weights of about the size that trained ones have. */
const SCALE = 0x1d1f
const NORMAL_TOKEN = 1
const CONTROL_TOKEN = 3
const PIECE = 18 * 65_536

/**
 * Writes a Llama model with random weights in Q4_0, as fast to run as a trained one of its size. Its tokenizer is
 * Storyteller's, with tokens added that no text uses. With a `recital` its weights are not random: whatever it is
 * asked, it says those pieces of text, and then ends, or goes on with the piece of number `again`; those that are in
 * `control` are control tokens.
 */
export function writeRandomModel(
  path,
  { parameters, vocabulary = 32_000, storyteller, recital, template },
) {
  const shape = shapeFor(parameters, vocabulary)
  const tensors = tensorsOf(shape, recital)
  const metadata = readMetadata(readFileSync(storyteller))
  const first = readStrings(metadata.get('tokenizer.ggml.tokens')).length
  const file = openSync(path, 'w')
  writeSync(file, writeHead(metadataOf(shape, metadata, { recital, template }), tensors))
  for (const tensor of tensors)
    if (recital) writePieces(file, tensor, reciteBlocks(tensor, recital, first))
    else writeTensor(file, tensor)
  closeSync(file)
  return { ...shape, parameters: tensors.reduce((sum, { values }) => sum + values, 0) }
}

/** Writes the smallest model that has the vocabulary of another file: it says nothing, but it can be asked for tokens. */
export function writeVocabularyModel(path, vocabularyFile) {
  const theirs = readMetadata(readFileSync(vocabularyFile))
  const vocabulary = readStrings(theirs.get('tokenizer.ggml.tokens')).length
  const shape = { width: 64, forward: 64, layers: 1, heads: 1, vocabulary }
  const tensors = tensorsOf(shape)
  const tokenizer = [...theirs].filter(([key]) => key.startsWith('tokenizer.'))
  const file = openSync(path, 'w')
  writeSync(file, writeHead(new Map([...shapeMetadata(shape), ...tokenizer]), tensors))
  for (const tensor of tensors) writeTensor(file, tensor)
  closeSync(file)
}

function shapeFor(parameters, vocabulary) {
  const width = [
    [20e6, 256],
    [100e6, 512],
    [300e6, 768],
    [700e6, 1024],
    [Number.POSITIVE_INFINITY, 2048],
  ].find(([limit]) => parameters < limit)[1]
  const forward = Math.round((width * 8) / 3 / 256) * 256
  const perLayer = 4 * width * width + 3 * width * forward
  const layers = Math.max(1, Math.round((parameters - vocabulary * width) / perLayer))
  return { width, forward, layers, heads: width / 64, vocabulary }
}

function metadataOf(shape, storyteller, said) {
  const { vocabulary } = shape
  const { recital, template } = said
  const tokens = readStrings(storyteller.get('tokenizer.ggml.tokens'))
  const types = tokens.map(() => NORMAL_TOKEN)
  for (const piece of recital?.pieces ?? []) {
    const token = byteLevel(piece)
    if (tokens.includes(token)) throw new Error(`${JSON.stringify(piece)} is a token already.`)
    const isControl = recital.control?.includes(piece)
    tokens.push(isControl ? piece : token)
    types.push(isControl ? CONTROL_TOKEN : NORMAL_TOKEN)
  }
  while (tokens.length < vocabulary) {
    tokens.push(`\u0100unused${tokens.length}`)
    types.push(NORMAL_TOKEN)
  }
  return new Map([
    ...shapeMetadata(shape),
    ['tokenizer.ggml.model', value.string('gpt2')],
    ['tokenizer.ggml.pre', storyteller.get('tokenizer.ggml.pre')],
    ['tokenizer.ggml.tokens', value.strings(tokens)],
    ['tokenizer.ggml.token_type', value.int32s(types)],
    ['tokenizer.ggml.merges', storyteller.get('tokenizer.ggml.merges')],
    ['tokenizer.ggml.eos_token_id', value.uint32(vocabulary - 1)],
    ...(template ? [['tokenizer.chat_template', value.string(template)]] : []),
  ])
}

function shapeMetadata({ width, forward, layers, heads, vocabulary }) {
  return [
    ['general.architecture', value.string('llama')],
    ['general.name', value.string('Random')],
    ['llama.context_length', value.uint32(4096)],
    ['llama.embedding_length', value.uint32(width)],
    ['llama.block_count', value.uint32(layers)],
    ['llama.feed_forward_length', value.uint32(forward)],
    ['llama.attention.head_count', value.uint32(heads)],
    ['llama.attention.head_count_kv', value.uint32(heads)],
    ['llama.attention.layer_norm_rms_epsilon', value.float32(1e-5)],
    ['llama.rope.dimension_count', value.uint32(width / heads)],
    ['llama.rope.freq_base', value.float32(10_000)],
    ['llama.vocab_size', value.uint32(vocabulary)],
  ]
}

/** A text as byte-level tokenizers write it: bytes that can't be printed are the characters from U+0100 on. */
function byteLevel(text) {
  const isPrintable = (byte) => /[!-~\u00a1-\u00ac\u00ae-\u00ff]/.test(String.fromCharCode(byte))
  const others = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !isPrintable(byte))
  return [...Buffer.from(text)]
    .map((byte) => String.fromCharCode(isPrintable(byte) ? byte : 256 + others.indexOf(byte)))
    .join('')
}

function tensorsOf({ width, forward, layers, vocabulary }, recital) {
  const matrix = (name, columns, rows) => {
    const values = columns * rows
    const bytes = (values / Q4_0_BLOCK.values) * Q4_0_BLOCK.bytes
    return { name, shape: [columns, rows], type: Q4_0, values, bytes }
  }
  const norm = (name) => ({ name, shape: [width], type: F32, values: width, bytes: width * 4 })
  const layer = (index) => {
    const name = (part) => `blk.${index}.${part}.weight`
    return [
      norm(name('attn_norm')),
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((part) =>
        matrix(name(part), width, width),
      ),
      norm(name('ffn_norm')),
      ...['ffn_gate', 'ffn_up'].map((part) => matrix(name(part), width, forward)),
      matrix(name('ffn_down'), forward, width),
    ]
  }
  return [
    matrix('token_embd.weight', width, vocabulary),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    norm('output_norm.weight'),
    // What follows a token is not like it.
    ...(recital ? [matrix('output.weight', width, vocabulary)] : []),
  ]
}

function writeTensor(file, { type, bytes }) {
  if (type === F32) {
    const ones = new Float32Array(bytes / 4).fill(1)
    writeSync(file, Buffer.from(ones.buffer))
  } else
    for (let left = bytes; left > 0; left -= PIECE) writeSync(file, blocks(Math.min(left, PIECE)))
  writeSync(file, pad(bytes))
}

function writePieces(file, tensor, pieces) {
  if (!pieces) return writeTensor(file, tensor)
  for (const piece of pieces) writeSync(file, piece)
  writeSync(file, pad(tensor.bytes))
}

function blocks(size) {
  const piece = randomFillSync(Buffer.alloc(size))
  for (let at = 0; at < size; at += Q4_0_BLOCK.bytes) piece.writeUInt16LE(SCALE, at)
  return piece
}
