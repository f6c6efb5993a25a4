import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FileLocks, lockOrder } from '@/lib/downloads/jobs/file-locks'
import type { ResolvedFile } from '@/lib/hub/reference'

const never = new AbortController().signal

function file(path: string): ResolvedFile {
  const role = path.startsWith('eye') ? 'projector' : 'weights'
  return { url: '', path, size: 1, sha256: null, etag: null, role }
}

const files = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'eye-1', 'eye-2'), { minLength: 1 })
  .map((paths) => paths.map(file))

test('nobody has a file that another has, and everybody gets theirs, in any interleaving', async () => {
  const jobs = fc.array(fc.tuple(files, fc.nat(9)), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), jobs, async (scheduler, all) => {
      const locks = new FileLocks()
      const owners = new Map<string, number>()
      const run = async (wanted: readonly ResolvedFile[], id: number) => {
        const held: (() => void)[] = []
        for (const { path } of lockOrder(wanted)) {
          held.push(await locks.acquire(path, never))
          expect(owners.get(path)).toBeUndefined()
          owners.set(path, id)
          await scheduler.schedule(Promise.resolve())
        }
        for (const { path } of wanted) owners.delete(path)
        for (const release of held) release()
      }
      const done = all.map(([wanted], id) => run(wanted, id))
      const ended = Promise.all(done)
      await scheduler.waitFor(ended)
      for (const path of ['a', 'b', 'c', 'd', 'eye-1', 'eye-2'])
        expect(locks.isHeld(path)).toBe(false)
    }),
  )
})

test('one that gives up waiting lets the next one in, and holds nothing', async () => {
  const locks = new FileLocks()
  const release = await locks.acquire('b', never)
  const given = new AbortController()
  const first = locks.acquireAll([file('a'), file('b')], given.signal)
  const second = locks.acquireAll([file('b'), file('a')], never)
  given.abort(new Error('enough'))
  await expect(first).rejects.toThrow('enough')
  release()
  const both = await second
  both()
  await (await locks.acquireAll([file('a'), file('b')], never))()
})

test('weights come before the projector that two quantizations share', () => {
  const order = lockOrder([file('eye-1'), file('z'), file('a')]).map(({ path }) => path)
  expect(order).toEqual(['a', 'z', 'eye-1'])
})
