import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Caller } from '@/lib/auth/caller'
import type { Engine } from '@/lib/engines/types'
import { OpenAiApi } from '@/lib/protocols/openai/api'
import { toEmbeddingList, toTexts, truncateEmbeddings } from '@/lib/protocols/openai/embeddings'
import { embeddingList } from '@/lib/protocols/openai/schemas/requests'
import { ModelChoice } from '@/lib/protocols/shared/request-fields'
import { Responder } from '@/lib/protocols/shared/responder'

const spelling = {
  model: 'm',
  client: 'c',
  signal: new AbortController().signal,
  engine: { detokenize: async ({ tokens }: { tokens: readonly number[] }) => tokens.join('-') },
}

describe('embeddings', () => {
  it('take texts, and the text that token ids spell', async () => {
    expect(await toTexts(['a', 'b'], spelling)).toEqual(['a', 'b'])
    expect(await toTexts([[1, 2], [3]], spelling)).toEqual(['1-2', '3'])
  })

  it('are little-endian 32-bit floats as base64, which the SDK asks for by default', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (vector) => {
        const list = toEmbeddingList('m', [{ vector, tokens: 3 }], 'base64')
        const bytes = Buffer.from(String(list.data[0]?.embedding), 'base64')
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        expect(vector.map((_, index) => view.getFloat32(index * 4, true))).toEqual(vector)
      }),
    )
  })

  it('are shortened where the model was trained for it, to length 1 again', () => {
    const long = [
      { vector: [0.6, 0.8, 0], tokens: 1 },
      { vector: [0, 0, 1], tokens: 1 },
    ]
    const id = 'Qwen/Qwen3-Embedding-0.6B-GGUF:Q8_0'
    expect(truncateEmbeddings(id, long, 2).map(({ vector }) => vector)).toEqual([
      [0.6, 0.8],
      [0, 0],
    ])
    expect(truncateEmbeddings(id, long, 1)[0]?.vector).toEqual([1])
    for (const same of [3, null, undefined])
      expect(truncateEmbeddings('storyteller', long, same)).toBe(long)
    const refusal = (model: string, dimensions: number) => () =>
      truncateEmbeddings(model, long, dimensions)
    expect(refusal(id, 4)).toThrow('`dimensions` is 4, and vectors of')
    expect(refusal('storyteller', 2)).toThrow('not known to be trained for shorter vectors')
  })

  it('count the tokens of all inputs', () => {
    const both = [
      { vector: [0.5], tokens: 3 },
      { vector: [1], tokens: 4 },
    ]
    const list = embeddingList.parse(toEmbeddingList('m', both, 'float'))
    expect(list).toMatchObject({
      id: expect.stringMatching(/^embd-/),
      object: 'list',
      data: [
        { index: 0, embedding: [0.5] },
        { index: 1, embedding: [1] },
      ],
      usage: { prompt_tokens: 7, total_tokens: 7 },
    })
  })
})

describe('a client that leaves while its texts are embedded', () => {
  const caller: Caller = {
    ...{ userId: 'u', role: 'user', via: 'key', client: 'user:u', label: 'u', address: '::1' },
    scopes: new Set(['infer']),
    credential: null,
  }

  const unasked = () => {
    throw new Error('Nothing is generated.')
  }

  it.each([0, 2])('after %i of them stops the rest, and pays for those', async (made) => {
    const client = new AbortController()
    const stopped = vi.fn()
    const embed: Engine['embed'] = async (_, signal, onEmbedding) => {
      signal.addEventListener('abort', stopped)
      for (let index = 0; index < made; index++) onEmbedding({ vector: [1], tokens: 7 })
      client.abort()
      signal.throwIfAborted()
    }
    const giveBack = vi.fn()
    const spend = vi.fn()
    const budget = { reserve: async () => giveBack, spend }
    const api = new OpenAiApi(
      { embed, detokenize: async () => '' },
      new ModelChoice({ status: () => [] }, { resolveId: async () => 'm' }),
      new Responder({ create: unasked, get: unasked }, { subscribe: unasked }, budget),
      budget,
    )
    const request = new Request('http://localhost/v1/embeddings', { signal: client.signal })
    const answer = api.embed({ request, caller }, { model: 'm', input: ['a', 'b', 'c'] })
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
    expect(stopped).toHaveBeenCalledOnce()
    expect(spend.mock.calls).toEqual([[caller, made * 7]])
    expect(giveBack).toHaveBeenCalledOnce()
  })
})
