import { z } from 'zod'
import type { CompleteRequest } from '../request-defaults'
import type { TokenLogprob } from '../types'

// What the server and a worker process say to each other, one JSON message at a time.

/** How a model is run. Threads and contexts are chosen by measuring when nobody says them. */
export const runPlan = z.object({
  /** Compute threads of each context. */
  threads: z.number().int().min(1),
  /** Contexts that share the sequences; more than one pays for small models only. */
  contexts: z.number().int().min(1),
  /** Whether attention may be computed as flash attention, which is slower where there is little of it. */
  flash: z.boolean(),
})
export type RunPlan = z.infer<typeof runPlan>

/** One candidate that was measured: tokens a second with one stream, and with all sequences busy. */
export const measurement = z.object({ plan: runPlan, single: z.number(), many: z.number() })
export type Measurement = z.infer<typeof measurement>

/** How the numbers of a cache are kept; 16 bits when it is not said. */
const cacheType = z.enum(['f16', 'q8_0', 'q4_0'])

const loadRequest = z.object({
  kind: z.literal('load'),
  file: z.string(),
  /** Layers on the GPU; undefined is as many as fit. */
  gpuLayers: z.number().int().min(0).optional(),
  /** Undefined leaves it to the plan. */
  flashAttention: z.boolean().optional(),
  kvTypeK: cacheType.optional(),
  kvTypeV: cacheType.optional(),
  /** Tokens of context for each sequence. */
  contextSize: z.number().int().min(16),
  /** Sequences in all contexts together. */
  parallel: z.number().int().min(1),
  /** Where there are several, the worker measures them and takes the best. */
  plans: z.array(runPlan).min(1),
  /** Tokens a second that one stream made with the only plan when it was measured; then it is compared. */
  record: z.number().optional(),
})
export type LoadRequest = z.infer<typeof loadRequest>

/** What a worker needs of a request; fairness, deadlines and queues are the server's. */
export type WorkerRequest = Omit<CompleteRequest, 'model' | 'client' | 'deadlineMs' | 'keepAliveMs'>

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
const id = z.number().int()

/** Messages from the server to a worker. */
export const toWorker = z.discriminatedUnion('kind', [
  loadRequest,
  /** Measures the plans without keeping the model. */
  loadRequest.extend({ kind: z.literal('measure') }),
  z.object({ kind: z.literal('generate'), id, request: z.custom<WorkerRequest>(isObject) }),
  /** Ends what is served under a number, as soon as the evaluation in flight ends. */
  z.object({ kind: z.literal('cancel'), id }),
  z.object({ kind: z.literal('embed'), id, inputs: z.array(z.string()) }),
  z.object({
    kind: z.literal('count'),
    id,
    request: z.custom<Pick<WorkerRequest, 'prompt' | 'format'>>(isObject),
  }),
  z.object({ kind: z.literal('tokenize'), id, text: z.string(), special: z.boolean() }),
  z.object({ kind: z.literal('detokenize'), id, tokens: z.array(z.number().int()) }),
])
export type ToWorker = z.infer<typeof toWorker>

/** A request that takes a slot of the worker until it is served. */
export type ServedRequest = Extract<
  ToWorker,
  { kind: 'generate' | 'embed' | 'count' | 'tokenize' | 'detokenize' }
>
type WithoutId<M> = M extends { id: number } ? Omit<M, 'id'> : never
/** A request before it has its number. */
export type NewRequest = WithoutId<ServedRequest>

/** An error as it crosses the process boundary; it becomes an AppError on the other side. */
export const wireError = z.object({
  message: z.string(),
  code: z.string(),
  status: z.number().int(),
  hint: z.string().optional(),
  param: z.string().optional(),
})
export type WireError = z.infer<typeof wireError>

/** What a load found out. */
export const loadedModel = z.object({
  contextSize: z.number().int(),
  parallel: z.number().int(),
  plan: runPlan,
  /** Tokens a second of one stream, where it was measured. */
  single: z.number().nullable(),
  gpu: z.string().nullable(),
  /** Bytes. */
  memoryBytes: z.number(),
})
export type LoadedModel = z.infer<typeof loadedModel>

const outputItem = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('started'),
    id,
    promptTokens: z.number(),
    cachedTokens: z.number(),
    truncatedTokens: z.number(),
  }),
  z.object({
    kind: z.literal('text'),
    id,
    text: z.string(),
    tokens: z.number(),
    logprobs: z.custom<readonly TokenLogprob[]>(Array.isArray).optional(),
  }),
  z.object({ kind: z.literal('reasoning'), id, text: z.string(), tokens: z.number() }),
  z.object({
    kind: z.literal('tool'),
    id,
    index: z.number().int(),
    callId: z.string().optional(),
    name: z.string().optional(),
    argumentsDelta: z.string(),
    tokens: z.number(),
  }),
  z.object({
    kind: z.literal('done'),
    id,
    finishReason: z.enum(['stop', 'length', 'cancelled']),
    stopText: z.string().optional(),
    completionTokens: z.number(),
    waitMs: z.number(),
    promptMs: z.number(),
    generationMs: z.number(),
  }),
  z.object({ kind: z.literal('failed'), id, error: wireError }),
  z.object({
    kind: z.literal('embedding'),
    id,
    vector: z.array(z.number()).readonly(),
    tokens: z.number().int(),
  }),
  z.object({ kind: z.literal('reply'), id, value: z.unknown() }),
])
export type OutputItem = z.infer<typeof outputItem>

/** Messages from a worker to the server. */
export const fromWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), progress: z.number() }),
  z.object({ kind: z.literal('loaded'), model: loadedModel }),
  z.object({ kind: z.literal('measured'), results: z.array(measurement) }),
  z.object({ kind: z.literal('load-failed'), error: wireError }),
  /** What became ready in one tick, in one message. */
  z.object({ kind: z.literal('output'), items: z.array(outputItem) }),
  /**
   * Says that the worker's loop runs, how many evaluations it has finished, whether it will now be silent for a while,
   * and how many bytes of memory the process holds.
   */
  z.object({
    kind: z.literal('beat'),
    evaluations: z.number(),
    pausing: z.boolean(),
    memoryBytes: z.number(),
  }),
])
export type FromWorker = z.infer<typeof fromWorker>
