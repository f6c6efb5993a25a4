import { describe, expect, it } from 'vitest'
import { isReference, refTitle } from '@/lib/client/models/model-names'

describe('refTitle', () => {
  it.each([
    ['hf:Qwen/Qwen3-4B-GGUF:Q4_K_M', 'Qwen3-4B', 'Q4_K_M'],
    ['hf:Qwen/Qwen3-4B-GGUF', 'Qwen3-4B', null],
    ['hf:acme/tiny/sub/tiny-IQ3_XS.gguf', 'tiny', 'IQ3_XS'],
    ['hf:acme/big/big-Q8_0-00001-of-00003.gguf', 'big', 'Q8_0'],
    ['hf:acme/tiny:Q8_0@main', 'tiny', 'Q8_0'],
    ['HF:acme/tiny:Q8_0@refs/pr/1', 'tiny', 'Q8_0'],
    ['https://example.org/files/model.BF16.gguf?download=true', 'model', 'BF16'],
    ['builtin:storyteller', 'storyteller', null],
    ['acme/tiny:Q8_0', 'tiny', 'Q8_0'],
    ['hf:acme/Quick-Q', 'Quick-Q', null],
  ])('calls %s by its name', (ref, name, quantization) => {
    expect(refTitle(ref)).toEqual({ name, quantization })
  })
})

describe('isReference', () => {
  it.each([
    'hf:acme/tiny',
    'hf:acme/tiny:Q8_0',
    'https://example.org/a.gguf',
    'builtin:storyteller',
    'https://huggingface.co/acme/tiny',
    'huggingface.co/acme/tiny/tree/main?library=gguf',
    'hf.co/acme/tiny:Q8_0',
  ])('takes %s for one', (text) => expect(isReference(text)).toBe(true))
  it.each(['qwen 3', 'hf', 'https://example.org/', 'hf:acme', 'https://huggingface.co/acme'])(
    'takes %s for words',
    (text) => expect(isReference(text)).toBe(false),
  )
})
