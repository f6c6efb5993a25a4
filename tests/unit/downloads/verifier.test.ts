import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RangeSet } from '@/lib/downloads/transfer/range-set'
import { Verifier } from '@/lib/downloads/verifier'

test('gives the same hash in whatever order the bytes come', async () => {
  const order = fc.uniqueArray(fc.nat(19), { minLength: 20, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(order, fc.nat(19), async (pieces, restartAfter) => {
      const content = Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7919) % 251))
      const disk = Buffer.alloc(content.length)
      const read = async (buffer: Buffer, at: number) =>
        disk.copy(buffer, 0, at, at + buffer.length)
      const done = new RangeSet()
      let verifier = new Verifier({ read })
      for (const [index, piece] of pieces.entries()) {
        const bytes = content.subarray(piece * 100, piece * 100 + 100)
        bytes.copy(disk, piece * 100)
        done.add(piece * 100, piece * 100 + 100)
        verifier.wrote(piece * 100, [bytes.subarray(0, 30), bytes.subarray(30)], 100)
        verifier.advance(done.prefix)
        if (index === restartAfter) {
          await verifier.stop()
          verifier = new Verifier({ read })
          verifier.advance(done.prefix)
        }
      }
      const expected = createHash('sha256').update(content).digest('hex')
      expect(await verifier.finish(content.length)).toBe(expected)
    }),
    { numRuns: 50 },
  )
})

test('says so when bytes are missing or the disk fails', async () => {
  const empty = new Verifier({ read: async () => 0 })
  await expect(empty.finish(10)).rejects.toThrow('shorter')
  const broken = new Verifier({ read: () => Promise.reject(new Error('EIO')) })
  await expect(broken.finish(10)).rejects.toThrow('EIO')
})
