import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseProjector, groupFiles, parseGgufName } from '@/lib/models/file-names'
import { nameFoundFile } from '@/lib/models/model-names'

describe('the name of a file', () => {
  it.each([
    ['Llama-3.2-1B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
    ['tinyllama-1.1b-chat-v1.0.q4_0.gguf', 'Q4_0'],
    ['Qwen3-8B-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
    ['model-IQ3_XXS.gguf', 'IQ3_XXS'],
    ['Q6_K/model-Q6_K-00001-of-00002.gguf', 'Q6_K'],
    ['UD-IQ1_M/big-00001-of-00003.gguf', 'UD-IQ1_M'],
    ['phi-2-fp16.gguf', 'F16'],
    ['gemma-BF16.gguf', 'BF16'],
    ['gpt-oss-20b-mxfp4.gguf', 'MXFP4'],
    ['bitnet-TQ2_0.gguf', 'TQ2_0'],
    ['model (v1) Q8_0.gguf', 'Q8_0'],
    ['a,Q5_0.gguf', 'Q5_0'],
    ['model (Q4_K_M).gguf', 'Q4_K_M'],
    ['Qwen2-0.5B.gguf', null],
    ['model.gguf', null],
  ])('%s has quantization %s', (path, quantization) => {
    expect(parseGgufName(path).quantization).toBe(quantization)
  })

  it.each([
    ['mmproj-model-f16.gguf', 'projector'],
    ['model.mmproj-Q8_0.gguf', 'projector'],
    ['mmprojector.gguf', 'model'],
    ['mtp-GLM-4.5-Air-Q8_0.gguf', 'drafter'],
    ['MTP/mtp-GLM-Q8_0-00001-of-00002.gguf', 'drafter'],
    ['draft-qwen-Q4_K_M.gguf', 'drafter'],
    ['Llama-3.3-70B-eagle3-F16.gguf', 'drafter'],
    ['Qwen3.5-MTP-Q8_0.gguf', 'model'],
    ['imatrix.gguf', 'calibration'],
    ['imatrix_unsloth.gguf', 'calibration'],
    ['Qwen_Qwen3-8B-imatrix.gguf', 'calibration'],
    ['Qwen3-8B.imatrix.gguf', 'calibration'],
    ['calibration_datav3.gguf', 'calibration'],
    ['imatrix-Q8_0.gguf', 'calibration'],
    ['sub/imatrix_Q4_K_M.gguf', 'calibration'],
    ['imatrix/Model-Q4_K_M.gguf', 'model'],
    ['draft.gguf', 'drafter'],
    ['sub/eagle3.gguf', 'drafter'],
    ['Qwen3-draft-Q4_0.gguf', 'drafter'],
    ['Qwen3.drafter.Q4_0.gguf', 'drafter'],
    ['Draftsman-Q4_0.gguf', 'model'],
    ['Model-imatrix-Q4_K_M.gguf', 'model'],
    ['model.i1-Q4_K_M.gguf', 'model'],
    ['Model-Q4_K_M-imat.gguf', 'model'],
  ])('%s is a %s', (path, kind) => {
    expect(parseGgufName(path).kind).toBe(kind)
  })
})

describe('files in a folder', () => {
  it('become sets with their parts in order, in whatever order they come', () => {
    const parts = [1, 2, 3].map((part) => ({ path: `big-Q8_0-0000${part}-of-00003.gguf` }))
    const others = [{ path: 'small-Q4_0.gguf' }, { path: 'README.md' }]
    fc.assert(
      fc.property(fc.shuffledSubarray([...parts, ...others], { minLength: 5 }), (files) => {
        const { sets } = groupFiles(files)
        expect(sets).toHaveLength(2)
        expect(sets.find((set) => set.quantization === 'Q8_0')).toMatchObject({
          files: parts,
          complete: true,
        })
      }),
    )
  })

  it('make no complete set when a part is missing or there twice', () => {
    const set = (...names: string[]) =>
      groupFiles(names.map((path) => ({ path }))).sets.map(({ complete }) => complete)
    expect(set('a-00001-of-00002.gguf')).toEqual([false])
    expect(set('a-00002-of-00002.gguf')).toEqual([false])
    expect(set('a-00001-of-00002.gguf', 'a-00001-of-00002.GGUF')).toEqual([false])
  })

  it('give the projector in 16-bit numbers', () => {
    const paths = ['mmproj-F32.gguf', 'mmproj-BF16.gguf', 'mmproj-F16.gguf']
    expect(chooseProjector(paths.map((path) => ({ path })))?.path).toBe('mmproj-F16.gguf')
    expect(chooseProjector([])).toBeNull()
  })
})

describe('the id of a file that was found', () => {
  const nameOf = (path: string, taken: string[] = []) =>
    nameFoundFile(path, parseGgufName(path), new Set(taken))

  it.each([
    ['models/hf/acme/tiny/tiny-Q8_0.gguf', 'acme/tiny:Q8_0', 'hf:acme/tiny:Q8_0'],
    ['models/hf/acme/tiny/plain.gguf', 'acme/tiny/plain.gguf', 'hf:acme/tiny/plain.gguf'],
    ['models/hf/acme/tiny@0123456789ab/t-Q8_0.gguf', 'acme/tiny:Q8_0@0123456789ab', null],
    ['models/hf/acme/tiny/mtp-tiny-Q8_0.gguf', 'acme/tiny/mtp-tiny-Q8_0.gguf', null],
    ['models/mine.gguf', 'mine', 'file:mine'],
    ['models/a/b-00001-of-00002.gguf', 'a/b', 'file:a/b'],
  ])('%s is %s', (path, id, ref) => {
    expect(nameOf(path)).toMatchObject(ref ? { id, ref } : { id })
  })

  it('is another one when the first is taken', () => {
    const path = 'models/hf/acme/tiny/other-Q8_0.gguf'
    expect(nameOf(path, ['acme/tiny:Q8_0']).id).toBe('acme/tiny/other-Q8_0.gguf')
    expect(nameOf('models/mine.gguf', ['mine']).id).toBe('mine.gguf')
  })
})
