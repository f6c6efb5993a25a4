import { describe, expect, it } from 'vitest'
import { toInferRequest } from '@/lib/protocols/runnel/api'
import { inferBody, inferQuery } from '@/lib/protocols/runnel/schemas'

function asQuery(address: string) {
  const parsed = inferQuery.parse(Object.fromEntries(new URLSearchParams(address)))
  return toInferRequest(parsed, 'm', 'client')
}

describe('a request of /v1/infer', () => {
  it('takes what an address can hold and what a body can hold for the same thing', () => {
    const fields = {
      prompt: 'Hello',
      stream: true,
      max_tokens: 5,
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      min_p: 0.1,
      seed: 7,
      stop: 'END',
    }
    const address = Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join('&')
    expect(asQuery(address)).toEqual(toInferRequest(inferBody.parse(fields), 'm', 'client'))
  })

  it('continues the prompt as it is, with what the context holds as its limit', () => {
    expect(asQuery('prompt=Once upon')).toMatchObject({
      prompt: { kind: 'text', text: 'Once upon' },
      maxTokens: undefined,
      stop: [],
      contextPolicy: 'refuse',
    })
  })

  it('turns seconds into milliseconds', () => {
    const body = inferBody.parse({ prompt: '', keep_alive: 5, timeout: 0.5 })
    expect(toInferRequest(body, 'm', 'client')).toMatchObject({
      keepAliveMs: 5000,
      deadlineMs: 500,
    })
  })

  it.each([
    ['5m', 300_000],
    ['-1m', -60_000],
    ['500ms', 500],
    ['30', 30_000],
    ['-1', -1000],
    [0, 0],
    [-1, -1000],
    [300, 300_000],
    [-5, -5000],
  ])('keeps a model for %s as clients of Ollama write it', (keep_alive, keepAliveMs) => {
    const body = inferBody.parse({ prompt: '', keep_alive })
    expect(toInferRequest(body, 'm', 'client')).toMatchObject({ keepAliveMs })
  })

  it.each(['', 'soon', '9000h', 1e9, true, {}])('keeps no model for %j', (keep_alive) => {
    const { error } = inferBody.safeParse({ prompt: '', keep_alive })
    expect(error?.issues[0]).toMatchObject({
      path: ['keep_alive'],
      message: expect.stringContaining('it must be a number of seconds, or a text such as `30s`'),
    })
  })

  it.each([
    ['prompt=a&temperature=3', 'temperature', 'it must be a number from 0 to 2'],
    ['prompt=a&temperature=warm', 'temperature', 'it must be a number from 0 to 2'],
    ['prompt=a&max_tokens=1.5', 'max_tokens', 'it must be a whole number'],
    ['prompt=a&stream=perhaps', 'stream', 'it must be `true` or `false`'],
    ['stream=true', 'prompt', 'it must be a text'],
  ])('refuses %s', (address, param, sentence) => {
    const { error } = inferQuery.safeParse(Object.fromEntries(new URLSearchParams(address)))
    expect(error?.issues[0]?.path).toEqual([param])
    expect(error?.issues[0]?.message).toContain(sentence)
  })
})
