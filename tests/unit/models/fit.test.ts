import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeFit, memoryNeeded, recommend, type Verdict } from '@/lib/models/fit'

const GIB = 1024 ** 3
/** The numbers of an 8-billion-parameter Llama 3. */
const LLAMA = { kvBytesPerToken: 131_072, vocabularySize: 128_256, embeddingLength: 4096 }

describe('the memory that a model needs', () => {
  it('is its weights, its cache for the context, and its buffers', () => {
    const need = memoryNeeded(5 * GIB, LLAMA, 8192)
    expect(need.cache).toBe(GIB)
    expect(need.total).toBe(need.weights + need.cache + need.overhead)
    expect(need.overhead).toBeLessThan(GIB / 2)
  })

  it('never gets less with more context or larger files', () => {
    const size = fc.nat({ max: 100 * GIB })
    const context = fc.nat({ max: 1_000_000 })
    fc.assert(
      fc.property(size, context, fc.nat(), fc.nat(), (bytes, tokens, moreBytes, moreTokens) => {
        const less = memoryNeeded(bytes, LLAMA, tokens).total
        expect(
          memoryNeeded(bytes + moreBytes, LLAMA, tokens + moreTokens).total,
        ).toBeGreaterThanOrEqual(less)
      }),
    )
  })
})

describe('the verdict', () => {
  const need = memoryNeeded(4 * GIB, null, 0)
  const machine = (total: number, available: number) =>
    ({ total: total * GIB, available: available * GIB, limitedBy: 'machine' }) as const

  it.each<[number, number, number, Verdict]>([
    [16, 12, 0, 'fits'],
    [16, 2, 0, 'tight'],
    [16, 2, 8, 'fits'],
    [4, 4, 0, 'no'],
    [4, 4, 4, 'no'],
  ])('of %d GiB with %d free and %d to reclaim is %s', (total, free, reclaim, verdict) => {
    expect(judgeFit(need, machine(total, free), reclaim * GIB).verdict).toBe(verdict)
  })
})

describe('the recommended quantization', () => {
  const choice = (quantization: string, gib: number, verdict: Verdict = 'fits') => ({
    quantization,
    size: gib * GIB,
    verdict,
  })
  const pick = (...choices: ReturnType<typeof choice>[]) => recommend(choices)?.quantization

  it('is 8 bits for a small model and about 4 for a larger one', () => {
    expect(pick(choice('Q4_K_M', 0.4), choice('Q8_0', 0.8), choice('F16', 1.5))).toBe('Q8_0')
    expect(pick(choice('Q8_0', 8), choice('Q4_K_M', 5), choice('Q2_K', 3))).toBe('Q4_K_M')
  })

  it('goes down until it fits, and prefers what fits now', () => {
    expect(pick(choice('Q4_K_M', 5, 'no'), choice('Q3_K_M', 4), choice('Q2_K', 3))).toBe('Q3_K_M')
    expect(pick(choice('Q4_K_M', 5, 'tight'), choice('Q2_K', 3))).toBe('Q2_K')
  })

  it('is the smallest when none fits, and nothing when there is none', () => {
    expect(pick(choice('Q4_K_M', 5, 'no'), choice('Q2_K', 3, 'no'))).toBe('Q2_K')
    expect(pick()).toBeUndefined()
  })
})
