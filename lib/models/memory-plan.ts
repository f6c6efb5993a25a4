import { type MemoryNeed, memoryNeeded, RUNS_WELL_CONTEXT, type Shape } from './fit'

/** Of the free memory, what is left to the server, to the system and to what an estimate misses. */
const RESERVED_SHARE = 0.1
const SMALLEST_CONTEXT = 512
/** llama.cpp lays a cache out in steps of so many tokens. */
const CONTEXT_STEP = 256

/** What operators ask for. */
export type ContextWish = {
  /** Tokens for each sequence; undefined is what the model was trained for, or as much as fits. */
  contextSize?: number | undefined
  /** Where that was said, as people know it. */
  setting?: string
  /** Sequences at most. */
  parallel: number
}

export type MemoryPlan = {
  /** Tokens for each sequence. */
  contextSize: number
  /** Sequences. */
  parallel: number
  /** Bytes that the worker will hold, estimated. */
  bytes: number
  need: MemoryNeed
  /** Whether so little context is there for want of memory that other models should go first. */
  cramped: boolean
  /** Why it is as it is, for people to read. */
  reason: string
  /** What to do for a longer context. */
  advice: string
}

/**
 * How large the context and how many sequences. Context first: one sequence gets what was asked for or what the model
 * was trained for, or as much of that as fits; each further sequence costs as much again, and there are as many as fit
 * in what is left. A context that was asked for is kept, up to what the model was trained for: past that it writes gibberish.
 * @param model `shape` is what its header says, null before anybody has read it.
 */
export function planMemory(
  { size, shape }: { size: number; shape: (Shape & { contextLength: number | null }) | null },
  wish: ContextWish,
  freeBytes: number,
): MemoryPlan {
  const trained = shape?.contextLength ?? null
  // A model that does not say it may know more than is guessed: what was asked for is believed then.
  const most = Math.min(
    trained ?? Number.POSITIVE_INFINITY,
    wish.contextSize ?? trained ?? RUNS_WELL_CONTEXT,
  )
  const room = freeBytes * (1 - RESERVED_SHARE)
  const needs = (contextSize: number, parallel: number) =>
    memoryNeeded(size, shape, contextSize, parallel)
  const contextSize =
    wish.contextSize === undefined ? largestContext(most, room, (tokens) => needs(tokens, 1)) : most
  let parallel = 1
  while (parallel < wish.parallel && needs(contextSize, parallel + 1).total <= room) parallel++
  const need = needs(contextSize, parallel)
  return {
    contextSize,
    parallel,
    bytes: need.total,
    need,
    cramped: contextSize < Math.min(most, RUNS_WELL_CONTEXT),
    ...explain({ contextSize, parallel, most, trained }, wish),
  }
}

function largestContext(most: number, room: number, needs: (tokens: number) => MemoryNeed): number {
  if (needs(most).total <= room) return most
  const base = needs(0).total
  const perToken = needs(1).total - base
  const fitting = Math.floor((room - base) / perToken / CONTEXT_STEP) * CONTEXT_STEP
  return Math.min(most, Math.max(SMALLEST_CONTEXT, fitting))
}

type Outcome = { contextSize: number; parallel: number; most: number; trained: number | null }

function explain(
  { contextSize, parallel, most, trained }: Outcome,
  wish: ContextWish,
): Pick<MemoryPlan, 'reason' | 'advice'> {
  const is = count(contextSize)
  const lacking = parallel < wish.parallel ? ` of ${wish.parallel}, as no more fit in memory` : ''
  const sequences = `in ${parallel} ${parallel === 1 ? 'sequence' : 'sequences'}${lacking}`
  if (contextSize < most)
    return {
      reason: `${count(most)} tokens trained, ${is} fit in memory, ${sequences}`,
      advice: `The model was trained for ${count(most)} tokens, of which ${is} fit in memory: unload other models, raise RUNNEL_MEMORY where it is set, or take a smaller quantization.`,
    }
  if (wish.contextSize !== undefined && (trained === null || most < trained)) {
    const setting = wish.setting ?? 'RUNNEL_CONTEXT_SIZE'
    const known = trained === null ? '' : `, of ${count(trained)} trained`
    return {
      reason: `${is} tokens by ${setting}${known}, ${sequences}`,
      advice: `Raise ${setting}, which is ${is}${trained === null ? '' : `; the model was trained for ${count(trained)}`}.`,
    }
  }
  if (trained === null)
    return {
      reason: `${is} tokens, as the model does not say what it was trained for, ${sequences}`,
      advice: 'The model does not say how much it was trained for: set RUNNEL_CONTEXT_SIZE.',
    }
  return {
    reason: `${is} tokens, as trained, ${sequences}`,
    advice: `The model was trained for ${is} tokens: take one with a longer context for more.`,
  }
}

function count(tokens: number): string {
  return tokens.toLocaleString('en')
}
