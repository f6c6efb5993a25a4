import { describe, expect, it, vi } from 'vitest'
import { bestPlan, candidatePlans } from '@/lib/engines/local/plans'
import { UseNotes } from '@/lib/engines/local/use-notes'
import { workerEnvironment } from '@/lib/engines/local/worker-process'

const MIB = 1024 * 1024

describe('candidatePlans', () => {
  it('tries one, half, all but one and all threads of a large model, in a pool of one', () => {
    expect(candidatePlans(8, 4096 * MIB)).toEqual([
      {
        poolSize: 1,
        plans: [8, 7, 4, 1].map((threads) => ({ threads, contexts: 1, flash: true })),
      },
    ])
  })

  it('tries contexts of one thread for a tiny model, in a pool of all cores and without flash attention', () => {
    const contexts = [2, 1].map((count) => ({ threads: 1, contexts: count, flash: false }))
    expect(candidatePlans(2, MIB)).toEqual([{ poolSize: 2, plans: contexts }])
  })

  it('tries both in between, and only what one core can do on one core', () => {
    expect(candidatePlans(4, 50 * MIB).map(({ poolSize }) => poolSize)).toEqual([1, 4])
    expect(candidatePlans(1, MIB)).toEqual([
      { poolSize: 1, plans: [{ threads: 1, contexts: 1, flash: false }] },
    ])
  })
})

describe('bestPlan', () => {
  const measured = (threads: number, single: number, many: number) => ({
    plan: { threads, contexts: 1, flash: true },
    single,
    many,
  })

  it('weighs one stream and many alike', () => {
    expect(bestPlan([measured(1, 100, 100), measured(2, 190, 90)])?.plan.threads).toBe(2)
    expect(bestPlan([measured(1, 100, 100), measured(2, 110, 40)])?.plan.threads).toBe(1)
  })

  it('keeps the likelier plan when the difference is noise', () => {
    expect(bestPlan([measured(2, 100, 100), measured(1, 103, 102)])?.plan.threads).toBe(2)
    expect(bestPlan([])).toBeUndefined()
  })
})

describe('UseNotes', () => {
  it('writes many uses at once, also at the end', async () => {
    const written: [string, number][] = []
    let due = () => {}
    const notes = new UseNotes({
      touch: async (id, times) => {
        written.push([id, times])
      },
      report: () => undefined,
      later: (run) => {
        due = run
        return () => undefined
      },
    })
    for (const id of ['a', 'b', 'a']) notes.add(id)
    due()
    await vi.waitFor(() =>
      expect(written).toEqual([
        ['a', 2],
        ['b', 1],
      ]),
    )
    notes.add('a')
    await notes.write()
    expect(written.at(-1)).toEqual(['a', 1])
  })
})

describe('workerEnvironment', () => {
  it('keeps secrets and our settings from the worker, and says how many threads the pool has', () => {
    const given = {
      PATH: '/bin',
      CUDA_VISIBLE_DEVICES: '0',
      RUNNEL_ADMIN_KEY: 'x',
      NEXTAUTH_SECRET: 'x',
      HF_TOKEN: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      DATABASE_URL: 'x',
    }
    expect(workerEnvironment(given, 2)).toMatchObject({
      PATH: '/bin',
      CUDA_VISIBLE_DEVICES: '0',
      UV_THREADPOOL_SIZE: '2',
    })
    expect(Object.values(workerEnvironment(given, 2))).not.toContain('x')
  })
})
