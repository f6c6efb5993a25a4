import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RangePlan, type Segment } from '@/lib/downloads/transfer/range-plan'

const MIB = 1024 * 1024

test('gives out pieces from the front, none of them twice', () => {
  const plan = new RangePlan(10 * MIB, [{ start: MIB, end: 2 * MIB }], 4 * MIB)
  const taken = [plan.take(), plan.take(), plan.take()]
  expect(taken.map((segment) => segment && [segment.start / MIB, segment.end / MIB])).toEqual([
    [0, 1],
    [2, 6],
    [6, 10],
  ])
})

test('an idle connection takes half of what the slowest has left', () => {
  const plan = new RangePlan(8 * MIB, [], 8 * MIB)
  const slow = plan.take()
  const stolen = plan.take()
  expect(slow?.end).toBe(4 * MIB)
  expect(stolen).toMatchObject({ start: 4 * MIB, end: 8 * MIB })
})

test('gives nothing away when what is left is not worth a connection', () => {
  const plan = new RangePlan(MIB, [], MIB)
  expect(plan.take()).not.toBeNull()
  expect(plan.take()).toBeNull()
})

/** One step of a connection: take a piece, write some of one, or give one back. */
const step = fc.record({
  kind: fc.constantFrom('take', 'write', 'release'),
  which: fc.nat(9),
  part: fc.double({ min: 0.01, max: 1, noNaN: true }),
})

test('open pieces never overlap, and whatever happens the file gets complete', () => {
  fc.assert(
    fc.property(fc.nat(40 * MIB), fc.array(step, { maxLength: 60 }), (size, steps) => {
      const plan = new RangePlan(size, [], 4 * MIB)
      const open: Segment[] = []
      const take = () => {
        const segment = plan.take()
        if (segment) open.push(segment)
        return segment !== null
      }
      const write = (segment: Segment, part: number) => {
        const end = segment.at + Math.ceil((segment.end - segment.at) * part)
        plan.wrote(segment.at, end)
        segment.at = end
      }
      const release = (segment: Segment) => {
        plan.release(segment)
        open.splice(open.indexOf(segment), 1)
      }
      for (const { kind, which, part } of steps) {
        const segment = open[which % Math.max(1, open.length)]
        if (kind === 'take') take()
        else if (segment && kind === 'write') write(segment, part)
        else if (segment) release(segment)
        const sorted = open.toSorted((a, b) => a.start - b.start)
        for (const [index, each] of sorted.entries())
          expect(each.start).toBeGreaterThanOrEqual(sorted[index - 1]?.end ?? 0)
      }
      for (const segment of [...open]) release(segment)
      while (take())
        for (const segment of [...open]) {
          write(segment, 1)
          release(segment)
        }
      expect(plan.complete).toBe(true)
      expect(plan.done.toArray()).toEqual(size === 0 ? [] : [{ start: 0, end: size }])
    }),
  )
})
