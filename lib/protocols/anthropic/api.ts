import { randomUUID } from 'node:crypto'
import type { Engine } from '@/lib/engines/types'
import { toServerTiming, toTimings } from '@/lib/protocols/shared/report'
import type { Call, Responder } from '@/lib/protocols/shared/responder'
import { ignoredFields, type ModelChoice } from '../shared/request-fields'
import { toMessage } from './answer'
import { MessageEncoder } from './message-encoder'
import { toFormat, toMessagesRequest, toPrompt } from './request'
import { type CountTokensBody, countTokensBody, type MessagesBody, messagesBody } from './schemas'

/** Anthropic's Messages API. */
export class AnthropicApi {
  readonly #engine: Pick<Engine, 'count'>
  readonly #models: ModelChoice
  readonly #responder: Responder

  constructor(engine: Pick<Engine, 'count'>, models: ModelChoice, responder: Responder) {
    this.#engine = engine
    this.#models = models
    this.#responder = responder
  }

  /** Answers `POST /v1/messages`. @throws AppError naming what is wrong or can't be done. */
  async create(call: Call & { requestId: string }, given: MessagesBody): Promise<Response> {
    const body = { ...given, model: await this.#models.resolve(given.model) }
    const head = { id: `msg_${randomUUID().replaceAll('-', '')}`, model: body.model }
    const plan = {
      requests: [toMessagesRequest(body, call.caller.client)],
      encoder: new MessageEncoder(head, call.requestId),
    }
    const headers = ignoredFields(given, messagesBody)
    if (body.stream) {
      const response = await this.#responder.stream(call, plan, 0)
      for (const [name, value] of headers) response.headers.set(name, value)
      return response
    }
    const { choices } = await this.#responder.complete(call, plan)
    const [choice] = choices
    if (!choice) throw new Error('A generation without a choice has ended well.')
    headers.set('Server-Timing', toServerTiming(toTimings(choices)))
    return Response.json(toMessage(head, choice), { headers })
  }

  /** Answers `POST /v1/messages/count_tokens`. @throws AppError as `create`. */
  async count({ request, caller }: Call, given: CountTokensBody): Promise<Response> {
    const model = await this.#models.resolve(given.model)
    const asked = { model, client: caller.client, prompt: toPrompt(given), format: toFormat(given) }
    const tokens = await this.#engine.count(asked, request.signal)
    return Response.json(
      { input_tokens: tokens },
      { headers: ignoredFields(given, countTokensBody) },
    )
  }
}
