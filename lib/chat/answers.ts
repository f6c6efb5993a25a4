import { toThinkingChoice } from '@/lib/engines/request-defaults'
import type { ChatMessage, GenerateRequest } from '@/lib/engines/types'
import { AppError, fromUnknown } from '@/lib/platform/errors'
import { AnswerEncoder } from './answer-encoder'
import type { MessageStore } from './message-store'
import type { Recorder } from './recorder'
import { newMessage, type StoredConversation, type StoredMessage, toChatError } from './rows'
import type { AnswerRunner, Asker, Clock, RunningAnswer } from './types'

/** Starts answers, and gives each its message. */
export class Answers {
  readonly #messages: MessageStore
  readonly #runner: AnswerRunner
  readonly #recorder: Recorder
  readonly #clock: Clock

  constructor(messages: MessageStore, runner: AnswerRunner, recorder: Recorder, clock: Clock) {
    this.#messages = messages
    this.#runner = runner
    this.#recorder = recorder
    this.#clock = clock
  }

  /**
   * Starts the answer to the last message of `branch` and returns the id of its message. When it can't
   * be started, the message says why and can be tried again: what was asked is never lost.
   */
  async start(
    asker: Asker,
    conversation: StoredConversation,
    branch: readonly StoredMessage[],
  ): Promise<string> {
    const message = newMessage({
      id: this.#clock.id(),
      conversation_id: conversation.id,
      parent_id: branch.at(-1)?.id ?? null,
      role: 'assistant',
      status: 'streaming',
      model: conversation.model,
      created_at: this.#clock.now(),
    })
    const running = this.#run(asker, conversation, branch)
    if ('error' in running) {
      const error = toChatError(fromUnknown(running.error))
      await this.#messages.insert({ ...message, status: 'failed', error })
      return message.id
    }
    try {
      await this.#messages.insert({ ...message, generation_id: running.answer.id })
    } catch (error) {
      running.answer.stop()
      throw error
    }
    this.#recorder.record(message.id, running.answer, running.encoder)
    return message.id
  }

  /** Stops what still writes one of these messages. */
  stop(messages: readonly StoredMessage[]): void {
    for (const { status, generation_id } of messages)
      if (status === 'streaming' && generation_id !== null) this.#runner.get(generation_id)?.stop()
  }

  #run(
    asker: Asker,
    conversation: StoredConversation,
    branch: readonly StoredMessage[],
  ): { answer: RunningAnswer; encoder: AnswerEncoder } | { error: unknown } {
    const encoder = new AnswerEncoder(() => this.#clock.monotonic())
    try {
      return {
        encoder,
        answer: this.#runner.start({
          requests: [toRequest(asker, conversation, branch)],
          owner: asker,
          encoder,
          abandon: { afterMs: null },
        }),
      }
    } catch (error) {
      return { error }
    }
  }
}

function toRequest(
  asker: Asker,
  { model, settings }: StoredConversation,
  branch: readonly StoredMessage[],
): GenerateRequest {
  if (model === null)
    throw new AppError('No model is chosen for this conversation.', {
      code: 'model_required',
      status: 400,
      hint: 'Choose one in the parameters.',
    })
  return {
    model,
    prompt: {
      kind: 'chat',
      messages: toPrompt(settings.system_prompt, branch),
      thinking: settings.thinking === null ? undefined : toThinkingChoice(settings.thinking),
    },
    sampling: {
      temperature: settings.temperature ?? undefined,
      topP: settings.top_p ?? undefined,
      topK: settings.top_k ?? undefined,
      minP: settings.min_p ?? undefined,
      seed: settings.seed ?? undefined,
    },
    maxTokens: settings.max_tokens ?? undefined,
    stop: [],
    format: { kind: 'text' },
    contextPolicy: 'truncate-middle',
    client: asker.client,
  }
}

/** An answer that failed before its first word or thought has nothing to say to the model. */
function toPrompt(systemPrompt: string, branch: readonly StoredMessage[]): ChatMessage[] {
  const said = branch
    .filter((each) => each.role === 'user' || each.content !== '' || each.reasoning !== '')
    .map(({ role, content, reasoning }) =>
      // Templates that want earlier thoughts write them, and the others leave them out.
      role === 'user' || reasoning === '' ? { role, content } : { role, content, reasoning },
    )
  const system = systemPrompt.trim()
  return system === '' ? said : [{ role: 'system', content: system }, ...said]
}
