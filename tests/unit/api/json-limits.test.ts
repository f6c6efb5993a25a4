import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonBounds, JsonLimits } from '@/lib/api/json-limits'

/** What a text holds, found by walking the value. */
function measure(value: unknown): JsonBounds {
  if (typeof value !== 'object' || value === null)
    return { depth: 0, containers: 0, members: 0, values: 1 }
  const inner = Object.values(value).map(measure)
  const sum = (field: 'containers' | 'members' | 'values') =>
    inner.reduce((all, one) => all + one[field], 0)
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    containers: 1 + sum('containers'),
    members: (Array.isArray(value) ? 0 : inner.length) + sum('members'),
    // An empty list is counted as if it had one entry: the scanner does not look ahead.
    values: 1 + Math.max(1, sum('values')),
  }
}

function scan(text: string, bounds: JsonBounds, cuts: readonly number[]): void {
  const limits = new JsonLimits(bounds)
  const bytes = Buffer.from(text)
  const ends = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b)
  let from = 0
  for (const end of [...ends, bytes.length]) {
    limits.push(bytes.subarray(from, end))
    from = end
  }
}

// Strings of what a scanner could take for structure.
const tricky = fc.string({ unit: fc.constantFrom('"', '\\', '{', '[', ']', '}', ',', 'é', '😀') })
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(tricky, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(tricky, tie('value'), { maxKeys: 5 }),
  ),
})).value
const spaced = fc.constantFrom(undefined, 1)

describe('JsonLimits', () => {
  test('lets through exactly what is within every bound, however it is cut into chunks', () => {
    fc.assert(
      fc.property(json, spaced, fc.array(fc.nat(), { maxLength: 5 }), (value, space, cuts) => {
        const text = JSON.stringify(value, null, space)
        const held = measure(value)
        scan(text, held, cuts)
        for (const bound of ['depth', 'containers', 'members', 'values'] as const)
          if (held[bound] > (bound === 'values' ? 1 : 0))
            expect(() => scan(text, { ...held, [bound]: held[bound] - 1 }, cuts)).toThrow(
              bound === 'depth' ? /nested deeper/ : /holds more than/,
            )
      }),
    )
  })

  test('stops at the first byte that is beyond a bound', () => {
    const limits = new JsonLimits({ depth: 2, containers: 10, members: 10, values: 10 })
    limits.push(Buffer.from('[['))
    expect(() => limits.push(Buffer.from('['))).toThrow(/nested deeper than 2 levels/)
  })
})
