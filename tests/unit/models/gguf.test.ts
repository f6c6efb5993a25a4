import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GgufValue } from '@/lib/models/gguf/header'
import { type ByteSource, readGgufFiles, readGgufHeader } from '@/lib/models/gguf/reader'
import { summarize } from '@/lib/models/gguf/summary'
import { isAppError } from '@/lib/platform/errors'
import { ggufContent } from '../../support/hub/gguf'

const STORYTELLER = 'models/storyteller/storyteller.gguf'

function sourceOf(bytes: Uint8Array, size: number | null = bytes.byteLength): ByteSource {
  return { size, read: async (start, end) => bytes.subarray(start, end) }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

it('has what its makers advise for sampling, as far as a request could ask for it', () => {
  const header = { version: 3, metadata: new Map(), tensors: [], dataOffset: 0, alignment: 32 }
  const advised: [string, GgufValue][] = [
    ['general.sampling.temp', 0.6],
    ['general.sampling.top_k', 20],
    ['general.sampling.min_p', 7],
    ['general.sampling.penalty_repeat', 1.05],
    ['general.sampling.mirostat', 2],
  ]
  const summary = summarize([{ ...header, metadata: new Map(advised) }])
  expect(summary.sampling).toEqual({ temperature: 0.6, top_k: 20, repeat_penalty: 1.05 })
  expect(summarize([header]).sampling).toEqual({})
})

describe('the header of the built-in model', () => {
  it('is summed up', async () => {
    const summary = await readGgufFiles([STORYTELLER])
    expect(summary).toMatchObject({
      architecture: 'llama',
      name: 'Storyteller',
      parameters: 1_197_440,
      quantization: 'Q8_0',
      contextLength: 1024,
      embeddingLength: 128,
      layers: 5,
      heads: 4,
      vocabularySize: 1024,
      splitCount: 1,
    })
    expect(summary.kvBytesPerToken).toBe(5 * 4 * (32 + 32) * 2)
    expect(summary.chatTemplate).toContain('<|im_start|>')
  })

  it('is found cut off wherever the file ends early', async () => {
    const whole = await readFile(STORYTELLER)
    const cuts = fc.integer({ min: 0, max: whole.byteLength - 1 })
    await fc.assert(
      fc.asyncProperty(cuts, async (length) => {
        expect(await codeOf(readGgufHeader(sourceOf(whole.subarray(0, length))))).toBe(
          'truncated_gguf',
        )
      }),
      { numRuns: 200 },
    )
  })

  it('never does harm when its bytes are changed', async () => {
    const whole = await readFile(STORYTELLER)
    const header = whole.subarray(0, 64 * 1024)
    const change = fc.record({
      at: fc.nat({ max: 20_000 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const bytes = Uint8Array.from(header)
        for (const { at, bytes: given } of changes) bytes.set(given, at)
        const code = await codeOf(readGgufHeader(sourceOf(bytes, whole.byteLength)))
        expect(['none', 'invalid_gguf', 'truncated_gguf']).toContain(code)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a header that is not one', () => {
  it.each([
    ['a page', Buffer.from('<!doctype html><title>Sign in</title>'.padEnd(400))],
    ['version 1', Buffer.concat([Buffer.from('GGUF'), u32(1), Buffer.alloc(64)])],
    [
      'big endian',
      Buffer.concat([Buffer.from('GGUF'), Buffer.from([0, 0, 0, 3]), Buffer.alloc(64)]),
    ],
    ['endless keys', Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0n), u64(2n ** 63n)])],
    ['endless tensors', Buffer.concat([Buffer.from('GGUF'), u32(3), u64(2n ** 63n), u64(0n)])],
  ])('is refused: %s', async (_, bytes) => {
    expect(await codeOf(readGgufHeader(sourceOf(bytes)))).toBe('invalid_gguf')
  })

  it('does not make the reader ask for what no header needs', async () => {
    const text = Buffer.concat([u64(1n), Buffer.from('a'), u32(8), u64(2n ** 40n)])
    const bytes = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(0n), u64(1n), text])
    const asked: number[] = []
    const source: ByteSource = {
      size: null,
      read: async (start, end) => {
        asked.push(end)
        return Buffer.concat([bytes, Buffer.alloc(2 ** 20)]).subarray(start, end)
      },
    }
    expect(await codeOf(readGgufHeader(source))).toBe('invalid_gguf')
    expect(Math.max(...asked)).toBeLessThanOrEqual(2 ** 20)
  })
})

describe('parts of a split file', () => {
  it('are counted together', async () => {
    const parts = [0, 1].map((index) =>
      ggufContent({ size: 100_000, split: { index, count: 2 }, seed: String(index) }),
    )
    const headers = await Promise.all(
      parts.map((part) =>
        readGgufHeader({ size: part.size, read: async (a, b) => part.read(a, b - a) }),
      ),
    )
    const each = headers.map((header) => header.tensors[0]?.elements ?? 0)
    const summary = summarize(headers)
    expect(summary.splitCount).toBe(2)
    expect(summary.parameters).toBe(each.reduce((a, b) => a + b))
  })
})

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}
