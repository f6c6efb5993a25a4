import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readGgufHeader } from '@/lib/models/gguf/reader'
import { summarize } from '@/lib/models/gguf/summary'
import { blockLayout, fileTypeName } from '@/lib/models/gguf/tensor-types'
import { type GgufOptions, ggufContent } from '../../support/hub/gguf'

/** What ggml no longer reads: its numbers stand for nothing any more. */
const WITHDRAWN = /^Q4_[23]$|_4_[48]$|_8_8$|_SOME_F16$|^MOSTLY_Q4_[23]$/

/** An enum of the engine, which its package does not export by a path. */
async function engineEnum(file: string, name: string): Promise<[string, number][]> {
  const path = join('node_modules/node-llama-cpp/dist/gguf/types', file)
  const module: unknown = await import(pathToFileURL(path).href)
  const members = z.record(z.string(), z.unknown()).parse(Reflect.get(Object(module), name))
  return Object.entries(members).flatMap(([key, value]) =>
    typeof value === 'number' && !WITHDRAWN.test(key) ? [[key, value] as [string, number]] : [],
  )
}

describe('our tables', () => {
  let tensorTypes: [string, number][]
  let fileTypes: [string, number][]
  beforeAll(async () => {
    tensorTypes = await engineEnum('GgufTensorInfoTypes.js', 'GgmlType')
    fileTypes = await engineEnum('GgufMetadataTypes.js', 'GgufFileType')
  })

  it('know the size of every tensor type that the engine knows', () => {
    expect(tensorTypes.length).toBeGreaterThan(30)
    expect(tensorTypes.filter(([, type]) => blockLayout(type) === null)).toEqual([])
  })

  it('call every file type as the engine does', () => {
    expect(fileTypes.length).toBeGreaterThan(30)
    const ours = fileTypes.map(([name, type]) => [name, fileTypeName(type)])
    const theirs = fileTypes.map(([name]) => [name, name.replace(/^(ALL|MOSTLY)_|_MOE$/g, '')])
    expect(ours).toEqual(theirs)
  })
})

/** Reads the first `size` bytes of a file. */
async function read(options: GgufOptions, size = options.size) {
  const content = ggufContent(options)
  const part = (start: number, end: number) => content.read(start, Math.min(end, size) - start)
  return readGgufHeader({ size, read: async (start, end) => part(start, Math.max(start, end)) })
}

describe('a file of tensors of type', () => {
  it.each([
    ['NVFP4', { type: 40, elements: 64, bytes: 36 }, 39],
    ['Q1_0', { type: 41, elements: 128, bytes: 18 }, 40],
    ['Q2_0', { type: 42, elements: 64, bytes: 18 }, 41],
    ['MXFP4', { type: 39, elements: 32, bytes: 17 }, 38],
    ['TQ2_0', { type: 35, elements: 256, bytes: 66 }, 37],
    ['BF16', { type: 30, elements: 1, bytes: 2 }, 32],
  ])(
    '%s has its quantization, and half of it is no whole one',
    async (name, tensorType, fileType) => {
      const options = { size: 1_000_000, tensorType, fileType }
      const header = await read(options)
      expect(summarize([header]).quantization).toBe(name)
      await expect(read(options, 500_000)).rejects.toMatchObject({ code: 'truncated_gguf' })
      await expect(read(options, 990_000)).rejects.toMatchObject({ code: 'truncated_gguf' })
    },
  )

  it('that nobody knows yet is no whole one by half either', async () => {
    const tensorType = { type: 77, elements: 32, bytes: 20 }
    const options = { size: 1_000_000, tensorType, tensors: 5 }
    await read(options)
    for (const size of [700_000, 500_000, 850_000, 990_000])
      await expect(read(options, size)).rejects.toMatchObject({ code: 'truncated_gguf' })
  })
})
