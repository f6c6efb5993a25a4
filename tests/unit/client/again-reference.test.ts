import { describe, expect, it } from 'vitest'
import { againReference } from '@/lib/client/models/model-names'

describe('againReference', () => {
  it.each([
    ['acme/tiny:Q8_0', 'hf:acme/tiny', 'hf:acme/tiny:Q8_0'],
    ['acme/tiny/a.gguf', 'acme/tiny/a.gguf', 'hf:acme/tiny/a.gguf'],
    ['acme/tiny:Q8_0@0123456789ab', 'hf:acme/tiny@v1', 'hf:acme/tiny@v1'],
    ['host/a.gguf', 'https://host/a.gguf', 'https://host/a.gguf'],
    ['storyteller', 'builtin:storyteller', null],
    ['mine', 'file:mine', null],
  ])('brings %s, which came as %s, by %s', (id, ref, expected) => {
    expect(againReference({ id, ref, missing: true, damaged: false })).toBe(expected)
    expect(againReference({ id, ref, missing: false, damaged: true })).toBe(expected)
    expect(againReference({ id, ref, missing: false, damaged: false })).toBeNull()
  })
})
