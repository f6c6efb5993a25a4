import type { LlamaModel, Token } from 'node-llama-cpp'
import type { Measurement, RunPlan } from '../protocol'
import { openContexts, type Slot } from './slot'

/** Milliseconds that one speed is measured for. */
const SAMPLE_MS = 60
/** Each speed is the best of so many samples: what other programs take only ever makes it less. */
const SAMPLES = 2
/** Milliseconds after which a speed is certain enough: one sample of a large model takes that long by itself. */
const ENOUGH_MS = 200
/** Tokens a second below which a few sequences stand for all, because a step with all of them takes seconds. */
const SLOW = 20
const FEW_SEQUENCES = 4
/** Tokens of context that measuring needs. */
const CONTEXT_SIZE = 512
const MAX_TOKENS = 200
const START = 'Once'

type Wanted = { plans: readonly RunPlan[]; parallel: number }

/** How fast each plan is on this machine, with one stream and with all sequences busy. */
export async function measurePlans(model: LlamaModel, wanted: Wanted): Promise<Measurement[]> {
  const results: Measurement[] = []
  for (const plan of wanted.plans) {
    const { parallel } = wanted
    const { contexts, slots } = await openContexts(model, {
      contextSize: CONTEXT_SIZE,
      parallel,
      plan,
    })
    const start = model.tokenize(START, false)
    const single = await measureSingle(model, slots)
    const several = single < SLOW ? slots.slice(0, FEW_SEQUENCES) : slots
    const many = await bestSpeed(several, start)
    results.push({ plan, single, many })
    await Promise.all(contexts.map((context) => context.dispose()))
  }
  return results
}

/** Tokens a second of one stream on the first of these slots. */
export async function measureSingle(model: LlamaModel, slots: readonly Slot[]): Promise<number> {
  const start = model.tokenize(START, false)
  const first = slots.slice(0, 1)
  // The first evaluation pays for pages that were never touched.
  await speed(first, start, 0)
  return bestSpeed(first, start)
}

async function bestSpeed(slots: readonly Slot[], start: Token[]): Promise<number> {
  const began = performance.now()
  let best = 0
  for (let sample = 0; sample < SAMPLES && performance.now() - began < ENOUGH_MS; sample++)
    best = Math.max(best, await speed(slots, start, SAMPLE_MS))
  return best
}

/** Tokens a second over all of these sequences together. */
async function speed(slots: readonly Slot[], start: Token[], forMs: number): Promise<number> {
  const began = performance.now()
  const counts = await Promise.all(
    slots.map(async (slot) => {
      await slot.keep([])
      return slot.batches.during(() => generate(slot, start, began + forMs))
    }),
  )
  const tokens = counts.reduce((sum, count) => sum + count, 0)
  return (tokens * 1000) / (performance.now() - began)
}

/** Generates until a moment, at least once; says how many tokens that made. */
async function generate(slot: Slot, start: Token[], until: number): Promise<number> {
  let tokens = 0
  for await (const _token of slot.evaluate(start, { yieldEogToken: true })) {
    tokens++
    if (tokens >= MAX_TOKENS || performance.now() >= until) break
  }
  return tokens
}
