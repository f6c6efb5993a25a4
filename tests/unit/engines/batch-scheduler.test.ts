import fc from 'fast-check'
import type { LlamaContextSequence } from 'node-llama-cpp'
import { describe, expect, it } from 'vitest'
import { BatchScheduler } from '@/lib/engines/local/worker/batch-scheduler'
import { openLlama } from '@/lib/engines/local/worker/llama-model'
import { STORYTELLER } from './support'

const SIZE = 512

const item = (tokens: number) => ({ tokens: Array.from({ length: tokens }, () => 0) })

/** Work that goes on until it is told to end. */
function ongoing(batches: BatchScheduler): { end(): Promise<void> } {
  let finish = () => {}
  const work = batches.during(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve
      }),
  )
  return {
    end() {
      finish()
      return work
    },
  }
}

describe('BatchScheduler', () => {
  it('waits for a sequence that is about to ask for more', () => {
    const batches = new BatchScheduler()
    for (let sequence = 0; sequence < 3; sequence++) ongoing(batches)
    const early = [item(1), item(1)]
    expect(batches.compose({ items: early, size: SIZE })).toEqual([])
    const all = [...early, item(1)]
    expect(batches.compose({ items: all, size: SIZE })).toHaveLength(3)
  })

  it('does not wait for one that has ended', async () => {
    const batches = new BatchScheduler()
    ongoing(batches)
    const other = ongoing(batches)
    await other.end()
    expect(batches.compose({ items: [item(1)], size: SIZE })).toHaveLength(1)
  })

  it('goes on without one that does not come', () => {
    const batches = new BatchScheduler()
    ongoing(batches)
    ongoing(batches)
    let turns = 0
    while (batches.compose({ items: [item(1)], size: SIZE }).length === 0) turns++
    expect(turns).toBeLessThan(100)
  })

  it('takes every generation, and of prompts as much as fits', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(sizes, (counts) => {
        const items = counts.map(item)
        const batch = new BatchScheduler().compose({ items, size: SIZE })
        const amount = batch.reduce((sum, { processAmount }) => sum + processAmount, 0)
        const wanted = counts.reduce((sum, count) => sum + count, 0)
        expect(amount).toBe(Math.min(SIZE, wanted))
        const taken = new Set(batch.map((each) => each.item))
        for (const each of items) if (each.tokens.length === 1) expect(taken).toContain(each)
      }),
    )
  })
})

describe('the order of evaluations', () => {
  it('serves prompts as they came, whatever comes after them', () => {
    const arrivals = fc.array(fc.integer({ min: 2, max: 300 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 5 }), (counts, each) => {
        const batches = new BatchScheduler()
        const waiting: { number: number; tokens: number[] }[] = []
        const served: number[] = []
        let next = 0
        while (next < counts.length || waiting.length > 0) {
          for (let i = 0; i < each && next < counts.length; i++, next++)
            waiting.push({ number: next, ...item(counts[next] ?? 0) })
          for (const { item: taken, processAmount } of batches.compose({
            items: waiting,
            size: SIZE,
          })) {
            taken.tokens.splice(0, processAmount)
            if (taken.tokens.length > 0) continue
            served.push(taken.number)
            waiting.splice(waiting.indexOf(taken), 1)
          }
        }
        // One that has a single token left counts as a generation, and those go first.
        const late = served.filter((number, at) =>
          served.slice(0, at).some((other) => other > number),
        )
        expect(late).toEqual([])
      }),
    )
  })

  it('is a read-write lock: who needs the context waits for what is in flight, and for nothing after it', async () => {
    const steps = fc.array(fc.constantFrom('evaluate', 'exclusive'), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, async (scheduler, kinds) => {
        const batches = new BatchScheduler()
        let evaluating = 0
        let claims = 0
        const work = kinds.map((kind, number) =>
          scheduler.schedule(Promise.resolve(), `ask ${number}`).then(async () => {
            if (kind === 'exclusive') {
              claims++
              await batches.exclusive(async () => {
                expect(evaluating).toBe(0)
                await scheduler.schedule(Promise.resolve(), `exclusive ${number}`)
                expect(evaluating).toBe(0)
                claims--
              })
              return
            }
            await batches.evaluate(async () => {
              expect(claims).toBe(0)
              evaluating++
              await scheduler.schedule(Promise.resolve(), `evaluation ${number}`)
              evaluating--
            })
          }),
        )
        await scheduler.waitFor(Promise.all(work))
      }),
    )
  })
})

describe('four streams of llama.cpp', () => {
  it('are evaluated together, all four in each batch', async () => {
    const sizes: number[] = []
    const batches = new BatchScheduler()
    const llama = await openLlama(() => undefined)
    const model = await llama.loadModel({ modelPath: STORYTELLER })
    const context = await model.createContext({
      contextSize: 256,
      sequences: 4,
      threads: 1,
      batching: {
        itemPrioritizationStrategy(waiting) {
          const batch = batches.compose(waiting)
          if (batch.length > 0) sizes.push(batch.length)
          return batch
        },
      },
    })
    const start = model.tokenize('Once upon a time')
    const generate = async (sequence: LlamaContextSequence) => {
      let tokens = 0
      for await (const _ of sequence.evaluate(start, { yieldEogToken: true }))
        if (++tokens === 20) break
    }
    const sequences = [1, 2, 3, 4].map(() => context.getSequence())
    await Promise.all(sequences.map((each) => batches.during(() => generate(each))))
    await llama.dispose()
    expect(sizes).toEqual(Array.from({ length: 20 }, () => 4))
  })
})
