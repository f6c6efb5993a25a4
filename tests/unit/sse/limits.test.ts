import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Limits } from '@/lib/sse/limits'

describe('Limits', () => {
  it('never lets more in than it may, and never fewer, in any order of opening and closing', () => {
    const command = fc.oneof(
      fc.record({ kind: fc.constant('take' as const), client: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ kind: fc.constant('release' as const), index: fc.nat(20) }),
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(command, { maxLength: 80, size: 'max' }),
        (maxAll, maxPerClient, commands) => {
          const limits = new Limits(maxAll, maxPerClient)
          const held: { client: string; release: () => void }[] = []
          for (const one of commands) {
            if (one.kind === 'release') {
              const [slot] = held.splice(one.index, 1)
              slot?.release()
              slot?.release()
            } else {
              const mine = held.filter(({ client }) => client === one.client).length
              const slot = limits.take(one.client)
              if (held.length >= maxAll) expect(slot).toEqual({ kind: 'full', scope: 'all' })
              else if (mine >= maxPerClient) expect(slot).toEqual({ kind: 'full', scope: 'client' })
              else expect(slot.kind).toBe('taken')
              if (slot.kind === 'taken') held.push({ client: one.client, release: slot.release })
            }
            expect(limits.taken).toBe(held.length)
            expect(limits.clients).toBe(new Set(held.map(({ client }) => client)).size)
          }
        },
      ),
    )
  })
})
