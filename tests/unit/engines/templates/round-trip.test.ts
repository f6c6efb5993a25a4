import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { writtenSamples } from '@/tests/support/templates/round-trip'

/** What can't come back, because the template does not write it so that it could. */
const LOST: Readonly<Record<string, readonly string[]>> = {
  // A null is written as nothing.
  'all types': ['MiniMax-M3'],
  // Text beside calls is written as a turn of its own, or as a thought.
  'text before': ['NVIDIA-Nemotron-Nano-v2', 'openai-gpt-oss-120b'],
}

describe('an answer that a family writes', () => {
  const counts = new Map<string, { right: number; all: number }>()

  it.each([...llamaTemplates()])('is read as what it was: %s', (name, source) => {
    const wrong: unknown[] = []
    for (const { sample, reply, expected, read } of writtenSamples(source)) {
      const count = counts.get(sample) ?? { right: 0, all: 0 }
      counts.set(sample, count)
      count.all++
      try {
        fc.assert(
          fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
            expect(read(sizes)).toEqual(expected)
          }),
          { numRuns: 15, examples: [[[1]], [[3]], [[100_000]]] },
        )
        count.right++
      } catch (error) {
        if (!LOST[sample]?.includes(name)) wrong.push({ sample, reply, error: String(error) })
      }
    }
    expect(wrong).toEqual([])
  })

  it('is read right more often than by any other server', () => {
    const lines = [...counts].map(([sample, { right, all }]) => `${sample}: ${right} of ${all}`)
    console.log(['Read as it was written:', ...lines].join('\n'))
    const right = (sample: string) => counts.get(sample)?.right ?? 0
    expect(right('one call')).toBeGreaterThanOrEqual(63)
    expect(right('two calls')).toBeGreaterThanOrEqual(57)
    expect(right('text before')).toBeGreaterThanOrEqual(47)
    expect(right('thought before')).toBeGreaterThanOrEqual(32)
    expect(right('all types')).toBeGreaterThanOrEqual(62)
    expect(right('thought and answer')).toBeGreaterThanOrEqual(28)
    expect(right('thought before, by its marks')).toBeGreaterThanOrEqual(8)
  })
})
