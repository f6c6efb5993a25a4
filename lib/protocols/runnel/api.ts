import type { Engine, GenerateRequest } from '@/lib/engines/types'
import { toServerTiming, toTimings, toUsage } from '../shared/report'
import { type ModelChoice, toLimits, toSampling } from '../shared/request-fields'
import type { Call, Responder } from '../shared/responder'
import type { DetokenizeBody, InferBody, TokenizeBody } from './schemas'
import { TokenEncoder } from './token-encoder'

/** How long a generation for `EventSource` goes on without its reader: long enough for a reconnect. Milliseconds. */
const EVENT_SOURCE_ABANDON_MS = 10_000

/** Runnel's own endpoints for text and tokens. */
export class InferApi {
  readonly #engine: Pick<Engine, 'tokenize' | 'detokenize'>
  readonly #models: ModelChoice
  readonly #responder: Responder

  constructor(
    engine: Pick<Engine, 'tokenize' | 'detokenize'>,
    models: ModelChoice,
    responder: Responder,
  ) {
    this.#engine = engine
    this.#models = models
    this.#responder = responder
  }

  /** Answers `POST /v1/infer`: a stream whose generation stops when its client leaves, or JSON. */
  infer(call: Call, body: InferBody): Promise<Response> {
    return this.#answer(call, body, 0)
  }

  /** Answers `GET /v1/infer`: the same for `EventSource`, which comes back when its connection is cut. */
  inferByQuery(call: Call, query: InferBody): Promise<Response> {
    return this.#answer(call, query, EVENT_SOURCE_ABANDON_MS)
  }

  /** Answers `POST /v1/tokenize`. */
  async tokenize({ request, caller }: Call, { model: name, text, special }: TokenizeBody) {
    const model = await this.#models.resolve(name)
    const tokens = await this.#engine.tokenize(
      { model, client: caller.client, text, special: special ?? false },
      request.signal,
    )
    return { model, tokens, count: tokens.length }
  }

  /** Answers `POST /v1/detokenize`. */
  async detokenize({ request, caller }: Call, { model: name, tokens }: DetokenizeBody) {
    const model = await this.#models.resolve(name)
    const asked = { model, client: caller.client, tokens }
    return { model, text: await this.#engine.detokenize(asked, request.signal) }
  }

  async #answer(call: Call, body: InferBody, abandonMs: number): Promise<Response> {
    const model = await this.#models.resolve(body.model)
    const plan = {
      requests: [toInferRequest(body, model, call.caller.client)],
      encoder: new TokenEncoder(),
    }
    if (body.stream) return this.#responder.stream(call, plan, abandonMs)
    const { id, choices } = await this.#responder.complete(call, plan)
    const timings = toTimings(choices)
    return Response.json(
      {
        id,
        model,
        text: choices[0]?.text ?? '',
        finish_reason: choices[0]?.finishReason,
        usage: toUsage(choices, 1),
        timings,
      },
      { headers: { 'Server-Timing': toServerTiming(timings) } },
    )
  }
}

/** What `/v1/infer` asks of the engine: to continue the prompt as it is. */
export function toInferRequest(body: InferBody, model: string, client: string): GenerateRequest {
  return {
    model,
    prompt: { kind: 'text', text: body.prompt },
    sampling: toSampling(body, 0),
    minTokens: body.min_tokens ?? 1,
    maxTokens: body.max_tokens ?? undefined,
    reasoningBudget: body.reasoning_budget ?? undefined,
    format: { kind: 'text' },
    client,
    ...toLimits(body),
  }
}
