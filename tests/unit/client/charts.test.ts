import { describe, expect, it } from 'vitest'
import { coursesOf } from '@/lib/client/activity/charts'

const slices = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    at: index * 10_000,
    tokens: index * 10,
    first_token_ms: index === 0 ? 20 : null,
    subscribers: index,
    memory_bytes: 5,
  }))

describe('coursesOf', () => {
  it('shows minutes while that is all there is, the newest at the end', () => {
    const { spanMs, tokensPerSecond, firstTokenMs } = coursesOf({
      sliceMs: 10_000,
      slices: slices(3),
    })
    expect(spanMs).toBe(300_000)
    expect(tokensPerSecond.values).toHaveLength(30)
    expect(tokensPerSecond.values.slice(-4)).toEqual([null, 0, 1, 2])
    expect(firstTokenMs).toMatchObject({ latest: 20, highest: 20 })
  })

  it('shows at most an hour, in points that a phone can draw', () => {
    const { spanMs, subscribers } = coursesOf({ sliceMs: 10_000, slices: slices(360) })
    expect(spanMs).toBe(3_600_000)
    expect(subscribers.values).toHaveLength(90)
    expect(subscribers.latest).toBe(359)
    expect(subscribers.values).not.toContain(null)
  })

  it('has nothing to show before anything is known', () => {
    const { tokensPerSecond } = coursesOf({ sliceMs: 10_000, slices: [] })
    expect(tokensPerSecond).toMatchObject({ latest: null, highest: null })
  })
})
