import { describe, expect, it } from 'vitest'
import { tokensOf } from '@/lib/engines/generations'
import { type Measured, toServerTiming, toTimings, toUsage } from '@/lib/protocols/shared/report'

function measured(promptTokens: number, completionTokens: number, generationMs: number): Measured {
  return {
    usage: { promptTokens, completionTokens, cachedTokens: 1 },
    timings: {
      queuedMs: 0,
      loadMs: 0,
      promptMs: 5,
      generationMs,
      firstTokenMs: generationMs / 2,
      promptTokensPerSecond: 100,
      tokensPerSecond: (completionTokens * 1000) / generationMs,
    },
  }
}

describe('what an answer reports', () => {
  it('counts a prompt that several choices share once', () => {
    const choices = [
      measured(10, 1, 10),
      measured(10, 2, 10),
      measured(7, 3, 10),
      measured(7, 4, 10),
    ]
    const usages = choices.map(({ usage }) => usage)
    expect(tokensOf(usages, 2)).toBe(toUsage(choices, 2).total_tokens)
    const nothing = { promptTokens: 0, completionTokens: 0, cachedTokens: 0 }
    expect(tokensOf([nothing, measured(10, 2, 10).usage], 2)).toBe(12)
    expect(toUsage(choices, 2)).toEqual({
      prompt_tokens: 17,
      completion_tokens: 10,
      total_tokens: 27,
      prompt_tokens_details: { cached_tokens: 2, truncated_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    })
  })

  it('takes the longest time of choices that ran side by side, and adds their speeds', () => {
    expect(toTimings([measured(1, 10, 100), measured(1, 10, 200)])).toMatchObject({
      generation_ms: 200,
      first_token_ms: 50,
      tokens_per_second: 100,
    })
  })

  it('writes Server-Timing as the standard has it', () => {
    expect(toServerTiming(toTimings([measured(1, 10, 100)]))).toBe(
      'queue;dur=0, load;dur=0, prompt;dur=5, generate;dur=100',
    )
  })
})
