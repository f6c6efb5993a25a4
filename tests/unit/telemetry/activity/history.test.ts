import { describe, expect, it } from 'vitest'
import { History } from '@/lib/telemetry/activity/history'

function history() {
  let time = 100_000
  const past = new History({ sliceMs: 10_000, slices: 6, now: () => time })
  return { past, pass: (ms: number) => (time += ms) }
}

describe('History', () => {
  it('sums tokens and means first tokens within a slice', () => {
    const { past, pass } = history()
    past.addTokens(3)
    past.addTokens(4)
    past.addFirstToken(20)
    past.addFirstToken(40)
    pass(10_000)
    past.addTokens(1)
    expect(past.read().map(({ at, tokens, firstTokenMs }) => [at, tokens, firstTokenMs])).toEqual([
      [100_000, 7, 30],
      [110_000, 1, null],
    ])
  })

  it('carries on what lasts through a silence, and starts at nothing what happens', () => {
    const { past, pass } = history()
    past.setSubscribers(5)
    past.setSubscribers(2)
    past.setMemory(900)
    past.addTokens(9)
    pass(30_000)
    expect(
      past.read().map(({ tokens, subscribers, memoryBytes }) => [tokens, subscribers, memoryBytes]),
    ).toEqual([
      [9, 5, 900],
      [0, 2, 900],
      [0, 2, 900],
      [0, 2, 900],
    ])
  })

  it('keeps so many slices and no more, also after a long silence', () => {
    const { past, pass } = history()
    past.addTokens(1)
    pass(86_400_000)
    const slices = past.read()
    expect(slices).toHaveLength(6)
    expect(slices.every(({ tokens }) => tokens === 0)).toBe(true)
    expect(past.latest().at).toBe(100_000 + 86_400_000)
  })
})
