import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planMemory } from '@/lib/models/memory-plan'
import { reportFit } from '@/lib/models/reports'
import type { GgufSummary } from '@/lib/models/types'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

const header = (fields: Partial<GgufSummary>): GgufSummary => ({
  architecture: 'qwen3',
  name: null,
  parameters: null,
  quantization: null,
  contextLength: 262_144,
  embeddingLength: 2560,
  layers: 36,
  heads: 32,
  headsKv: 8,
  vocabularySize: 151_936,
  kvBytesPerToken: 36 * 8 * (128 + 128) * 2,
  chatTemplate: null,
  licence: null,
  sampling: {},
  splitCount: 1,
  ...fields,
})
/** Qwen 3 4B in Q4_K_M. */
const FOUR_BILLION = { size: 2_497_281_120, shape: header({}) }
const small = (contextLength: number | null, kvBytesPerToken: number | null = 1024) => ({
  size: 10 * MIB,
  shape: header({ contextLength, kvBytesPerToken, vocabularySize: 1000, embeddingLength: 64 }),
})

describe('the plan of memory', () => {
  it('gives an agent 64,000 tokens of a 4B model on a machine of 16 GB, and says why not more', () => {
    // What Linux counts as available of 16 GB when little else runs.
    const plan = planMemory(FOUR_BILLION, { parallel: 4 }, 13.5 * GIB)
    expect(plan.contextSize).toBeGreaterThanOrEqual(64_000)
    expect(plan).toMatchObject({ parallel: 1, cramped: false })
    expect(plan.bytes).toBeLessThanOrEqual(13.5 * GIB)
    expect(plan.reason).toMatch(
      /^262,144 tokens trained, 6\d,\d{3} fit in memory, in 1 sequence of 4, as no more fit/,
    )
    expect(plan.advice).toContain('RUNNEL_MEMORY')
  })

  it('gives the whole trained context where it fits, then as many sequences as are left room for', () => {
    expect(planMemory(FOUR_BILLION, { parallel: 4 }, 512 * GIB)).toMatchObject({
      contextSize: 262_144,
      parallel: 4,
      reason: '262,144 tokens, as trained, in 4 sequences',
    })
    const cache = FOUR_BILLION.shape.kvBytesPerToken ?? 0
    const two = (3 * GIB + 1.3 * GIB + 2 * 262_144 * cache) / 0.9
    expect(planMemory(FOUR_BILLION, { parallel: 4 }, two)).toMatchObject({
      contextSize: 262_144,
      parallel: 2,
      reason: '262,144 tokens, as trained, in 2 sequences of 4, as no more fit in memory',
    })
  })

  it('never takes sequences at the cost of context, nor more than there is while anything can be less', () => {
    const free = fc.integer({ min: 0, max: 64_000 })
    const sequences = fc.integer({ min: 1, max: 64 })
    fc.assert(
      fc.property(free, sequences, (mebibytes, parallel) => {
        const plan = planMemory(FOUR_BILLION, { parallel }, mebibytes * MIB)
        const alone = planMemory(FOUR_BILLION, { parallel: 1 }, mebibytes * MIB)
        expect(plan.contextSize).toBe(alone.contextSize)
        expect(plan.contextSize).toBeGreaterThanOrEqual(512)
        expect(plan.parallel).toBeLessThanOrEqual(parallel)
        const smallest = plan.contextSize === 512 && plan.parallel === 1
        expect(smallest || plan.bytes <= mebibytes * MIB).toBe(true)
        expect(plan.cramped).toBe(plan.contextSize < 4096)
      }),
    )
  })

  it('keeps a context that was asked for, up to what the model was trained for, and names the setting', () => {
    const planned = (contextSize: number, trained: number | null) =>
      planMemory(small(trained), { contextSize, parallel: 8 }, 0)
    expect(planned(1000, 1024)).toMatchObject({ contextSize: 1000, parallel: 1 })
    expect(planned(4000, 1024)).toMatchObject({ contextSize: 1024, parallel: 1 })
    expect(planned(9000, null)).toMatchObject({ contextSize: 9000, parallel: 1 })
    expect(planned(1000, 1024).advice).toBe(
      'Raise RUNNEL_CONTEXT_SIZE, which is 1,000; the model was trained for 1,024.',
    )
    expect(planned(4000, 1024).advice).toContain('take one with a longer context')
  })

  it('keeps the context of a model whose cache does not grow with it', () => {
    expect(planMemory(small(8192, null), { parallel: 4 }, GIB)).toMatchObject({
      contextSize: 8192,
      parallel: 4,
    })
  })
})

describe('the fit that is shown before a download', () => {
  const around = (available: number, limit?: number) => ({
    memory: { total: 16 * GIB, available, limitedBy: 'machine' as const },
    loaded: [],
    limits: { parallel: 4, memory: limit },
  })
  const fitOf = (available: number, limit?: number) =>
    reportFit(FOUR_BILLION.size, FOUR_BILLION.shape, around(available, limit))

  it('is what a load would plan', () => {
    const plan = planMemory(FOUR_BILLION, { parallel: 4 }, 13.5 * GIB)
    expect(fitOf(13.5 * GIB)).toMatchObject({
      verdict: 'fits',
      context_length: plan.contextSize,
      parallel: plan.parallel,
      context_reason: plan.reason,
      needed: plan.bytes,
    })
  })

  it('is tight where it would run with next to no context, and no where there will never be room', () => {
    expect(fitOf(3.2 * GIB).verdict).toBe('tight')
    expect(fitOf(13.5 * GIB, 2 * GIB)).toMatchObject({ verdict: 'no', total: 2 * GIB })
  })
})
