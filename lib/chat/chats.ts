import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Db } from '@/lib/platform/db/open'
import type { TextSearch } from '@/lib/platform/db/search/text-search'
import { AppError, invalid, notFound, serverStopped } from '@/lib/platform/errors'
import { Answers } from './answers'
import { ConversationStore } from './conversation-store'
import { attachmentNamed, toJson, toMarkdown } from './export'
import { MessageStore } from './message-store'
import { Recorder } from './recorder'
import {
  branchTo,
  newestTip,
  newMessage,
  type StoredConversation,
  type StoredMessage,
  titleFrom,
  toChatError,
  toView,
} from './rows'
import type { ChatSettings, ConversationSummary, ConversationView } from './schemas'
import type { AnswerRunner, Asker, Clock } from './types'

type Dependencies = {
  db: Db
  search: TextSearch
  /** Runs the generations that answer. */
  runner: AnswerRunner
  logger: Pick<Logger, 'error'>
  clock?: Clock
}

type Changes = { title?: string; model?: string; settings?: ChatSettings }

const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  id: () => randomUUID(),
}

/**
 * Conversations with models. A message is a node of a tree: editing or regenerating adds a sibling, and
 * the conversation remembers which branch is shown. Answers go on whoever leaves, until they end or are stopped.
 * Every method throws AppError 404 for what is not the user's.
 */
export class Chats {
  readonly #clock: Clock
  readonly #conversations: ConversationStore
  readonly #messages: MessageStore
  readonly #recorder: Recorder
  readonly #answers: Answers

  constructor({ db, search, runner, logger, clock = systemClock }: Dependencies) {
    this.#clock = clock
    this.#conversations = new ConversationStore(db, search)
    this.#messages = new MessageStore(db)
    this.#recorder = new Recorder(this.#messages, logger)
    this.#answers = new Answers(this.#messages, runner, this.#recorder, clock)
  }

  /** Last used first; with `search`, those whose title or text has it in any case. */
  list(userId: string, search?: string): Promise<ConversationSummary[]> {
    return this.#conversations.list(userId, search)
  }

  /** The conversation with the branch that is shown. */
  async open(userId: string, id: string): Promise<ConversationView> {
    return toView(await this.#conversations.find(userId, id), await this.#messages.list(id))
  }

  /** Begins a conversation with its first message, and its answer. */
  async create(
    asker: Asker,
    { content, model, settings }: { content: string; model: string; settings: ChatSettings },
  ): Promise<ConversationView> {
    const id = this.#clock.id()
    const now = this.#clock.now()
    const title = titleFrom(content)
    const { userId } = asker
    await this.#conversations.insert({
      ...{ id, user_id: userId, title, model, settings },
      ...{ created_at: now, updated_at: now },
    })
    return this.send(asker, id, { content })
  }

  /**
   * Adds a message and starts its answer. It follows `parentId`, or the end of the branch that is shown when
   * that is not given; null is the beginning. Editing a message is sending another one after the same parent.
   * @throws AppError 409 while the answer that it would follow is still being written.
   */
  async send(
    asker: Asker,
    id: string,
    { content, parentId }: { content: string; parentId?: string | null },
  ): Promise<ConversationView> {
    const conversation = await this.#conversations.find(asker.userId, id)
    const all = await this.#messages.list(id)
    const parent = parentId === undefined ? conversation.head_id : parentId
    const branch = branchTo(all, parent)
    if (parent !== null) mustBeFinishedAnswer(branch.at(-1))
    const message = newMessage({
      ...{ id: this.#clock.id(), conversation_id: id, parent_id: parent },
      ...{ role: 'user', content, created_at: this.#clock.now() },
    })
    await this.#messages.insert(message)
    return this.#answer(asker, conversation, [...branch, message])
  }

  /** Answers anew what `messageId` answers; the old answer stays as another branch. */
  async regenerate(asker: Asker, id: string, messageId: string): Promise<ConversationView> {
    const conversation = await this.#conversations.find(asker.userId, id)
    const branch = branchTo(await this.#messages.list(id), messageId)
    const answer = branch.pop()
    if (!answer) throw noMessage()
    if (answer.role !== 'assistant') throw invalid('Only an answer can be regenerated.')
    return this.#answer(asker, conversation, branch)
  }

  /** Shows the branch that goes through `messageId`, to its newest end. */
  async show(userId: string, id: string, messageId: string): Promise<ConversationView> {
    await this.#conversations.find(userId, id)
    const all = await this.#messages.list(id)
    if (!all.some((message) => message.id === messageId)) throw noMessage()
    await this.#conversations.update(id, { headId: newestTip(all, messageId) })
    return this.open(userId, id)
  }

  /** Changes the title, the model or the settings. What is being written goes on as it began. */
  async update(userId: string, id: string, changes: Changes): Promise<ConversationView> {
    await this.#conversations.find(userId, id)
    await this.#conversations.update(id, changes)
    return this.open(userId, id)
  }

  /** Stops what is being written in it and deletes it with all its branches. */
  async delete(userId: string, id: string): Promise<void> {
    await this.#conversations.find(userId, id)
    this.#answers.stop(await this.#messages.list(id))
    await this.#conversations.delete(id)
  }

  /** The branch that is shown as Markdown, or everything as JSON, with the `Content-Disposition` that names the file. */
  async export(
    userId: string,
    id: string,
    format: 'markdown' | 'json',
  ): Promise<{ disposition: string; text: string }> {
    const conversation = await this.#conversations.find(userId, id)
    const messages = await this.#messages.list(id)
    if (format === 'json')
      return {
        disposition: attachmentNamed(conversation.title, 'json'),
        text: toJson(conversation, messages),
      }
    return {
      disposition: attachmentNamed(conversation.title, 'md'),
      text: toMarkdown(toView(conversation, messages)),
    }
  }

  /** Once at boot: ends the answers that the last run of the server left unfinished. Returns how many. */
  recover(): Promise<number> {
    return this.#messages.failStreaming(toChatError(serverStopped()))
  }

  /** Writes down what every answer has. To be called before generations are stopped. */
  close(): Promise<void> {
    return this.#recorder.close()
  }

  async #answer(
    asker: Asker,
    conversation: StoredConversation,
    branch: readonly StoredMessage[],
  ): Promise<ConversationView> {
    const headId = await this.#answers.start(asker, conversation, branch)
    await this.#conversations.update(conversation.id, { headId }, this.#clock.now())
    return this.open(asker.userId, conversation.id)
  }
}

function mustBeFinishedAnswer(message: StoredMessage | undefined): void {
  if (!message) throw noMessage()
  if (message.role !== 'assistant')
    throw invalid('A message can only follow an answer.', 'parent_id')
  if (message.status === 'streaming')
    throw new AppError('The answer before it is still being written.', {
      code: 'answer_running',
      status: 409,
      hint: 'Wait until it ends, or stop it.',
    })
}

function noMessage(): AppError {
  return notFound('There is no such message in this conversation.', 'message_not_found')
}
