import { describe, expect, it } from 'vitest'
import type { PlanStore } from '@/lib/engines/local/tuner'
import { Tuner } from '@/lib/engines/local/tuner'
import { installed } from './support'

const model = installed('storyteller')
const memory = { contextSize: 1024, parallel: 4, bytes: 0 }
const plan = { threads: 1, contexts: 2, flash: false }

function create() {
  const kept = new Map<string, NonNullable<Awaited<ReturnType<PlanStore['get']>>>>()
  const store: PlanStore = {
    get: async (key) => kept.get(key) ?? null,
    set: async (key, value) => void kept.set(key, value),
    forget: async (key) => void kept.delete(key),
  }
  const startWorker = () => {
    throw new Error('Nothing is to be measured here.')
  }
  return { tuner: new Tuner({ cores: 2, threads: undefined, store, startWorker }), kept }
}

describe('Tuner', () => {
  it('remembers the plan of a model with its speed', async () => {
    const { tuner } = create()
    const group = await tuner.tune(model, memory)
    expect(group.plans.length).toBeGreaterThan(1)
    await tuner.remember(model, memory, { plan, single: 900 }, group)
    const known = { poolSize: group.poolSize, plans: [plan], record: 900 }
    expect(await tuner.tune(model, memory)).toEqual(known)
    await tuner.remember(model, memory, { plan, single: 700 }, known)
    expect(await tuner.tune(model, memory)).toEqual(known)
  })

  it.each([200, 4000])(
    'forgets a plan that makes %d tokens a second now, and 900 before',
    async (single) => {
      const { tuner } = create()
      const group = await tuner.tune(model, memory)
      await tuner.remember(model, memory, { plan, single: 900 }, group)
      await tuner.remember(model, memory, { plan, single }, await tuner.tune(model, memory))
      expect((await tuner.tune(model, memory)).plans.length).toBeGreaterThan(1)
    },
  )

  it('remembers nothing that was not measured', async () => {
    const { tuner, kept } = create()
    await tuner.remember(model, memory, { plan, single: null }, { poolSize: 1 })
    expect(kept.size).toBe(0)
  })
})
