import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RangeSet } from '@/lib/downloads/transfer/range-plan'

const SIZE = 64
const range = fc
  .tuple(fc.nat(SIZE), fc.nat(SIZE))
  .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))

test('holds exactly the bytes that were added', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 20 }), (added) => {
      const set = new RangeSet(added)
      const bytes = new Set<number>()
      for (const { start, end } of added) for (let at = start; at < end; at++) bytes.add(at)
      const held = set.toArray()
      const inHeld = new Set<number>()
      for (const { start, end } of held) for (let at = start; at < end; at++) inHeld.add(at)
      expect(inHeld).toEqual(bytes)
      expect(set.total).toBe(bytes.size)
      let prefix = 0
      while (bytes.has(prefix)) prefix += 1
      expect(set.prefix).toBe(prefix)
      // Sorted, and neither overlapping nor touching.
      for (const [index, each] of held.entries())
        expect(each.start).toBeGreaterThan(held[index - 1]?.end ?? -1)
    }),
  )
})

test('its gaps are all that it lacks', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 20 }), (added) => {
      const set = new RangeSet(added)
      for (const gap of set.gaps(SIZE)) set.add(gap.start, gap.end)
      expect(set.toArray()).toEqual([{ start: 0, end: SIZE }])
    }),
  )
})
