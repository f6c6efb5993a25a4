import { describe, expect, it } from 'vitest'
import type { EngineEvent } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'
import { TokenEncoder } from '@/lib/protocols/runnel/token-encoder'

function frames(event: EngineEvent) {
  return new TokenEncoder().encode({ choice: 0, event })
}

describe('the stream of /v1/infer', () => {
  it('is one unnamed frame for what is ready', () => {
    expect(frames({ kind: 'text', text: ' there', tokens: 1 })).toEqual([
      { data: '{"token":" there"}' },
    ])
  })

  it('gives names to everything that is no token', () => {
    expect(frames({ kind: 'queued', position: 2 })).toEqual([
      { event: 'queued', data: '{"position":2}' },
    ])
    expect(frames({ kind: 'loading', progress: 0.5 })).toEqual([
      { event: 'loading', data: '{"progress":0.5}' },
    ])
    const error = new AppError('Gone.', { code: 'worker_lost', status: 503 })
    expect(new TokenEncoder().encode({ error })).toMatchObject([{ event: 'error' }])
  })

  it('ends with an empty token that tells what was used, then [DONE]', () => {
    const [last, end] = frames({
      kind: 'done',
      finishReason: 'stop',
      usage: { promptTokens: 3, cachedTokens: 2, completionTokens: 5 },
      timings: {
        queuedMs: 1,
        loadMs: 0,
        promptMs: 2.00049,
        generationMs: 10,
        firstTokenMs: null,
        promptTokensPerSecond: null,
        tokensPerSecond: 500,
      },
    })
    expect(JSON.parse(last?.data ?? '')).toEqual({
      token: '',
      finish_reason: 'stop',
      usage: {
        prompt_tokens: 3,
        completion_tokens: 5,
        total_tokens: 8,
        prompt_tokens_details: { cached_tokens: 2, truncated_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
      timings: {
        queued_ms: 1,
        load_ms: 0,
        prompt_ms: 2,
        generation_ms: 10,
        first_token_ms: null,
        prompt_tokens_per_second: null,
        tokens_per_second: 500,
        cached_tokens: 2,
      },
    })
    expect(end).toEqual({ data: '[DONE]' })
  })
})
