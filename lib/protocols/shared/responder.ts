import { type Caller, keyIdOf } from '@/lib/auth/caller'
import type {
  ChoiceResult,
  Generation,
  Generations,
  StreamEncoder,
} from '@/lib/engines/generations'
import type { GenerateRequest } from '@/lib/engines/types'
import { type AppError, notFound } from '@/lib/platform/errors'
import { lastEventIdOf, parseCursor, type SseServer } from '@/lib/sse'
import { type GenerationReport, reportGeneration } from './report'

/** The tokens that callers may still use. */
export type TokenBudget = {
  /**
   * Sets tokens aside for an answer before it is made.
   * @returns release, to be called when it has been counted what the answer used
   * @throws AppError 429 when none are left.
   */
  reserve(caller: Caller): Promise<() => void>
  /** Counts what a caller used for something that is no generation. */
  spend(caller: Caller, tokens: number): void
}

/** Who asks, and the request that a stream answers. */
export type Call = { request: Request; caller: Caller }

/** What to generate, and how its frames are written. */
export type Plan = { requests: readonly GenerateRequest[]; encoder: StreamEncoder }

/** A whole answer. */
export type Whole = { id: string; choices: readonly ChoiceResult[] }

/** How long an answer waits for the first event, so that a refusal gets its status. Milliseconds. */
const OPENING_MS = 1000

/**
 * Milliseconds of silence before a comment: while a request is queued or its model loads, a proxy notices by what it
 * can't write that the reader has left, Varnish at the third write only.
 */
const HEARTBEAT_MS = 5_000

/** Starts generations and answers requests with them, whole or as streams. */
export class Responder {
  readonly #generations: Pick<Generations, 'create' | 'get'>
  readonly #sse: Pick<SseServer, 'subscribe'>
  readonly #budget: Pick<TokenBudget, 'reserve'>

  constructor(
    generations: Pick<Generations, 'create' | 'get'>,
    sse: Pick<SseServer, 'subscribe'>,
    budget: Pick<TokenBudget, 'reserve'>,
  ) {
    this.#generations = generations
    this.#sse = sse
    this.#budget = budget
  }

  /**
   * Starts a generation and streams it. A reconnect, which brings a `Last-Event-ID`, goes on with the generation that
   * the id is of; it never starts one, because its client would take that text for the rest of the first.
   * @param abandonMs how long it goes on without a reader
   * @throws AppError when it is refused before it has begun; 404 when what a reconnect names is gone or
   * somebody else's; 429 when the caller's tokens are used up.
   */
  async stream(call: Call, plan: Plan, abandonMs: number): Promise<Response> {
    const resumed = this.#resumed(call)
    if (resumed) return this.attach(call, resumed)
    const { generation, start, discard } = await this.#prepare(call, plan, abandonMs)
    const response = await this.attach(call, generation).catch((error: unknown) => {
      discard()
      throw error
    })
    // Its reader may be one too many: then nothing is asked of the engine, which might load a model for it.
    if (!response.ok) {
      discard()
      return response
    }
    start()
    const failure = await failureWithin(OPENING_MS, generation)
    if (!failure) return response
    await response.body?.cancel()
    throw failure
  }

  /**
   * Starts a generation and waits for its end. It is stopped when the client leaves.
   * @throws AppError when it fails; 429 when the caller's tokens are used up.
   */
  async complete(call: Call, plan: Plan): Promise<Whole> {
    const { generation, start } = await this.#prepare(call, plan, 0)
    start()
    const { signal } = call.request
    generation.attach()
    const leave = () => generation.stop()
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
    try {
      return { id: generation.id, ...(await generation.result()) }
    } finally {
      signal.removeEventListener('abort', leave)
      generation.detach()
    }
  }

  /** Streams a generation that there is, from the position that the request brings. */
  async attach(call: Call, generation: Generation): Promise<Response> {
    generation.attach()
    const response = await this.#sse.subscribe(call.request, generation.source(), {
      client: call.caller.client,
      name: 'generation',
      heartbeatMs: HEARTBEAT_MS,
      onClose: () => generation.detach(),
    })
    response.headers.set('X-Generation-Id', generation.id)
    return response
  }

  /** @throws AppError 404 when there is no such generation that this caller may see. */
  find(caller: Caller, id: string): Generation {
    const generation = this.#generations.get(id)
    if (generation && maySee(caller, generation)) return generation
    throw notFound(
      'This generation does not exist any more, or it is not yours.',
      'generation_not_found',
      'Generations are kept for five minutes after their end. Start a new one without `Last-Event-ID`.',
    )
  }

  /** How a generation is. @throws AppError 404 as `find`. */
  report(caller: Caller, id: string): Promise<GenerationReport> {
    return reportGeneration(this.find(caller, id))
  }

  /** Stops a generation and says how it is then. @throws AppError 404 as `find`. */
  async stop(caller: Caller, id: string): Promise<GenerationReport> {
    const generation = this.find(caller, id)
    generation.stop()
    // Why it failed, if it did, is part of the report.
    await generation.result().catch(() => undefined)
    return reportGeneration(generation)
  }

  /** The generation that a reconnect goes on with; undefined for a first request. */
  #resumed({ request, caller }: Call): Generation | undefined {
    const id = lastEventIdOf(request)
    return id ? this.find(caller, parseCursor(id)?.epoch ?? '') : undefined
  }

  /** A generation with tokens set aside for it, which is then started or discarded. @throws AppError 429 when the caller's tokens are used up. */
  async #prepare(call: Call, plan: Plan, afterMs: number) {
    const release = await this.#budget.reserve(call.caller)
    const generation = this.#generations.create({
      requests: plan.requests,
      encoder: plan.encoder,
      owner: {
        userId: call.caller.userId,
        client: call.caller.client,
        keyId: keyIdOf(call.caller),
      },
      abandon: { afterMs },
    })
    return {
      generation,
      start() {
        generation.result().then(release, release)
        generation.start()
      },
      discard: release,
    }
  }
}

/** The error, when a generation fails before there is an answer; null after that, or after `ms`. */
async function failureWithin(ms: number, generation: Generation): Promise<AppError | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ms, null)
  })
  try {
    return await Promise.race([generation.opened(), late])
  } finally {
    clearTimeout(timer)
  }
}

function maySee(caller: Caller, { owner }: Pick<Generation, 'owner'>): boolean {
  if (caller.role === 'admin') return true
  return owner.userId === null ? owner.client === caller.client : owner.userId === caller.userId
}
