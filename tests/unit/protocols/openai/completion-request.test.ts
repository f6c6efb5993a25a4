import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { toCompletionRequests } from '@/lib/protocols/openai/prompts'
import { completionBody } from '@/lib/protocols/openai/schemas/requests'

type Params = OpenAI.CompletionCreateParams

function translate(params: Params) {
  return toCompletionRequests(completionBody.parse(params), 'client')
}

describe('a completion as requests of the engine', () => {
  it.each<[Params['prompt'], unknown[]]>([
    ['Hello', [{ kind: 'text', text: 'Hello' }]],
    [
      ['a', 'b'],
      [
        { kind: 'text', text: 'a' },
        { kind: 'text', text: 'b' },
      ],
    ],
    [[1, 2], [{ kind: 'tokens', tokens: [1, 2] }]],
    [
      [[1], [2, 3]],
      [
        { kind: 'tokens', tokens: [1] },
        { kind: 'tokens', tokens: [2, 3] },
      ],
    ],
    [null, [{ kind: 'text', text: '' }]],
  ])('takes the prompt %j', (prompt, expected) => {
    expect(translate({ model: 'm', prompt }).map((request) => request.prompt)).toEqual(expected)
  })

  it('orders choices as OpenAI does: all of the first prompt, then all of the second', () => {
    const requests = translate({ model: 'm', prompt: ['a', 'b'], n: 2, seed: 1 })
    expect(requests.map(({ prompt, sampling }) => [prompt, sampling.seed])).toEqual([
      [{ kind: 'text', text: 'a' }, 1],
      [{ kind: 'text', text: 'a' }, 2],
      [{ kind: 'text', text: 'b' }, 1],
      [{ kind: 'text', text: 'b' }, 2],
    ])
  })

  it('generates 16 tokens unless told, as at OpenAI', () => {
    expect(translate({ model: 'm', prompt: '' })[0]?.maxTokens).toBe(16)
    expect(translate({ model: 'm', prompt: '', max_tokens: 3 })[0]?.maxTokens).toBe(3)
  })

  it.each<[Partial<Params>, string]>([
    [{ best_of: 2 }, 'best_of'],
    [{ echo: true, logprobs: 1 }, 'echo'],
    [{ n: 100, prompt: ['a', 'b'] }, 'n'],
  ])('refuses by name: %j', (params, param) => {
    expect(() => translate({ model: 'm', prompt: '', ...params } as Params)).toThrow(
      expect.objectContaining({ param, status: 400 }),
    )
  })

  it('refuses a suffix and says why', () => {
    const { error } = completionBody.safeParse({ model: 'm', prompt: 'a', suffix: 'b' })
    expect(error?.issues[0]).toMatchObject({
      path: ['suffix'],
      message: 'filling in before a suffix is not supported by this server',
    })
  })
})
