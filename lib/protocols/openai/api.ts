import { randomUUID } from 'node:crypto'
import type { ChoiceResult } from '@/lib/engines/generations'
import type { Embedding, Engine } from '@/lib/engines/types'
import { toServerTiming } from '@/lib/protocols/shared/report'
import type { Call, Plan, Responder, TokenBudget } from '@/lib/protocols/shared/responder'
import type { ModelChoice } from '../shared/request-fields'
import type { TimingsReport } from '../shared/schemas'
import { toChatCompletion, toCompletion } from './answers'
import { toChatRequests } from './chat-request'
import { ChunkEncoder, type ChunkHead } from './chunk-encoder'
import { CHAT_CHUNKS, completionChunks } from './chunk-styles'
import { toEmbeddingList, toTexts, truncateEmbeddings } from './embeddings'
import { spelled, toCompletionRequests, toPrompts } from './prompts'
import type { ChatBody, CompletionBody, EmbeddingBody } from './schemas/requests'

/** The endpoints of the OpenAI API that generate. */
export class OpenAiApi {
  readonly #engine: Pick<Engine, 'embed' | 'detokenize'>
  readonly #models: ModelChoice
  readonly #responder: Responder
  readonly #budget: TokenBudget
  readonly #now: () => number

  constructor(
    engine: Pick<Engine, 'embed' | 'detokenize'>,
    models: ModelChoice,
    responder: Responder,
    budget: TokenBudget,
    /** Milliseconds since 1970. */
    now: () => number = Date.now,
  ) {
    this.#engine = engine
    this.#models = models
    this.#responder = responder
    this.#budget = budget
    this.#now = now
  }

  /** Answers `POST /v1/chat/completions`. @throws AppError naming what is wrong or can't be done. */
  async chat(call: Call, given: ChatBody): Promise<Response> {
    const body = { ...given, model: await this.#models.resolve(given.model) }
    const requests = toChatRequests(body, call.caller.client)
    const n = requests.length
    const head = this.#head('chatcmpl', 'chat.completion', body)
    const encoder = new ChunkEncoder(head, CHAT_CHUNKS, {
      choices: n,
      choicesPerPrompt: n,
      includeUsage: body.stream_options?.include_usage ?? false,
    })
    return this.#answer(call, body, { requests, encoder }, (choices) =>
      toChatCompletion(head, choices),
    )
  }

  /** Answers `POST /v1/completions`. @throws AppError naming what is wrong or can't be done. */
  async complete(call: Call, given: CompletionBody): Promise<Response> {
    const body = { ...given, model: await this.#models.resolve(given.model) }
    const requests = toCompletionRequests(body, call.caller.client)
    const n = body.n ?? 1
    const head = this.#head('cmpl', 'text_completion', body)
    const echoes = body.echo ? await this.#echoes(call, body, n) : null
    const encoder = new ChunkEncoder(head, completionChunks(echoes), {
      choices: requests.length,
      choicesPerPrompt: n,
      includeUsage: body.stream_options?.include_usage ?? false,
    })
    return this.#answer(call, body, { requests, encoder }, (choices) =>
      toCompletion(head, choices, n, echoes),
    )
  }

  /** Answers `POST /v1/embeddings`. @throws AppError when the model can't embed, or the caller's tokens are used up. */
  async embed(call: Call, body: EmbeddingBody) {
    const model = await this.#models.resolve(body.model)
    const { client } = call.caller
    const { signal } = call.request
    const inputs = await toTexts(body.input, { model, client, signal, engine: this.#engine })
    const release = await this.#budget.reserve(call.caller)
    const embeddings: Embedding[] = []
    try {
      await this.#engine.embed({ model, client, inputs }, signal, (embedding) =>
        embeddings.push(embedding),
      )
      const asked = truncateEmbeddings(model, embeddings, body.dimensions)
      return toEmbeddingList(model, asked, body.encoding_format ?? 'float')
    } finally {
      // What was made is paid for, also when the rest could not be, or its client has left.
      this.#budget.spend(
        call.caller,
        embeddings.reduce((sum, { tokens }) => sum + tokens, 0),
      )
      release()
    }
  }

  /** As a stream, whose generation stops when its client leaves, or as a whole. */
  async #answer(
    call: Call,
    { stream }: { stream?: boolean | null },
    plan: Plan,
    toWhole: (choices: readonly ChoiceResult[]) => { timings: TimingsReport },
  ): Promise<Response> {
    if (stream) return this.#responder.stream(call, plan, 0)
    const { choices } = await this.#responder.complete(call, plan)
    const answer = toWhole(choices)
    return Response.json(answer, { headers: { 'Server-Timing': toServerTiming(answer.timings) } })
  }

  async #echoes({ request, caller }: Call, body: CompletionBody, n: number): Promise<string[]> {
    const texts = await spelled(toPrompts(body.prompt ?? ''), {
      model: body.model,
      param: 'prompt',
      client: caller.client,
      signal: request.signal,
      engine: this.#engine,
    })
    return texts.flatMap((text) => Array<string>(n).fill(text))
  }

  #head(
    prefix: string,
    object: string,
    body: { model: string; stream?: boolean | null },
  ): ChunkHead {
    return {
      id: `${prefix}-${randomUUID().replaceAll('-', '')}`,
      object: body.stream && object === 'chat.completion' ? 'chat.completion.chunk' : object,
      created: Math.floor(this.#now() / 1000),
      model: body.model,
    }
  }
}
