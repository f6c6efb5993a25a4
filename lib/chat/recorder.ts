import type { Logger } from 'pino'
import { fromUnknown, serverStopped } from '@/lib/platform/errors'
import { type AnswerEncoder, toStats } from './answer-encoder'
import type { AnswerEnd, MessageStore } from './message-store'
import { toChatError } from './rows'
import type { RunningAnswer } from './types'

/** Milliseconds of text that a crash may cost. */
const SAVE_EVERY_MS = 1000

type Recording = { answer: RunningAnswer; encoder: Thinker; stopSaving: () => void }
type Thinker = Pick<AnswerEncoder, 'thought'>

/** Writes answers into their messages while they grow, so that a crash of the server keeps what was there. */
export class Recorder {
  readonly #recordings = new Map<string, Recording>()
  readonly #messages: MessageStore
  readonly #logger: Pick<Logger, 'error'>

  constructor(messages: MessageStore, logger: Pick<Logger, 'error'>) {
    this.#messages = messages
    this.#logger = logger
  }

  /** Follows an answer to its end. */
  record(messageId: string, answer: RunningAnswer, encoder: Thinker): void {
    this.#recordings.set(messageId, {
      answer,
      encoder,
      stopSaving: this.#saveWhileGrowing(messageId, answer, encoder),
    })
    void endOf(answer, encoder).then((end) => this.#finish(messageId, end))
  }

  /** Writes down what every answer has, as one that the server's stop has interrupted. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#recordings].map(([messageId, { answer, encoder }]) =>
        this.#finish(messageId, interrupted(answer.text(0), encoder)),
      ),
    )
  }

  /** The first end counts: after `close`, what the generation says is too late. */
  async #finish(messageId: string, end: AnswerEnd): Promise<void> {
    this.#recordings.get(messageId)?.stopSaving()
    if (this.#recordings.delete(messageId))
      await this.#log(messageId, this.#messages.finish(messageId, end))
  }

  #saveWhileGrowing(messageId: string, answer: RunningAnswer, encoder: Thinker): () => void {
    let timer: NodeJS.Timeout | undefined
    const save = () => {
      timer = undefined
      void this.#log(messageId, this.#messages.saveText(messageId, answer.text(0), encoder.thought))
    }
    const off = answer.log.onWake(() => {
      timer ??= setTimeout(save, SAVE_EVERY_MS)
    })
    return () => {
      off()
      clearTimeout(timer)
    }
  }

  /** Nobody waits for these writes: a failure can only be told to the operator. */
  async #log(messageId: string, write: Promise<void>): Promise<void> {
    try {
      await write
    } catch (error) {
      this.#logger.error({ err: error, messageId }, 'A chat message could not be saved.')
    }
  }
}

async function endOf(answer: RunningAnswer, encoder: Thinker): Promise<AnswerEnd> {
  try {
    const { choices } = await answer.result()
    const [choice] = choices
    if (!choice) throw new Error('The generation ended without its only choice.')
    return {
      content: choice.text,
      ...encoder.thought,
      status: choice.finishReason === 'cancelled' ? 'stopped' : 'complete',
      error: null,
      stats: toStats(choice),
    }
  } catch (error) {
    return {
      content: answer.text(0),
      ...encoder.thought,
      status: 'failed',
      error: toChatError(fromUnknown(error)),
      stats: null,
    }
  }
}

function interrupted(content: string, { thought }: Thinker): AnswerEnd {
  return { content, ...thought, status: 'failed', error: toChatError(serverStopped()), stats: null }
}
