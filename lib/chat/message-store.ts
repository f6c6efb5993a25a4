import type { Db } from '@/lib/platform/db/open'
import type { Thought } from './answer-encoder'
import { readMessage, type StoredMessage, storableText } from './rows'
import type { ChatError, ChatStats } from './schemas'

/** How an answer ended. */
export type AnswerEnd = Thought & {
  content: string
  status: 'complete' | 'stopped' | 'failed'
  error: ChatError | null
  stats: ChatStats | null
}

/** The table of messages. Ownership is the conversation's: callers have found that first. */
export class MessageStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** All messages of all branches, oldest first. */
  async list(conversationId: string): Promise<StoredMessage[]> {
    const rows = await this.#db
      .selectFrom('messages')
      .selectAll()
      .where('conversation_id', '=', conversationId)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(readMessage)
  }

  /** Adds a message. */
  async insert({ error, stats, ...columns }: StoredMessage): Promise<void> {
    await this.#db
      .insertInto('messages')
      .values({
        ...columns,
        content: storableText(columns.content),
        error_json: error && JSON.stringify(error),
        stats_json: stats && JSON.stringify(stats),
      })
      .execute()
  }

  /** Keeps what an answer has so far. One that has ended meanwhile is left as it is. */
  async saveText(id: string, content: string, thought: Thought): Promise<void> {
    await this.#db
      .updateTable('messages')
      .set({ content: storableText(content), ...thought })
      .where('id', '=', id)
      .where('status', '=', 'streaming')
      .execute()
  }

  /** Ends an answer. One that has already ended is left as it is. */
  async finish(
    id: string,
    { content, status, error, stats, ...thought }: AnswerEnd,
  ): Promise<void> {
    await this.#db
      .updateTable('messages')
      .set({
        content: storableText(content),
        ...thought,
        status,
        error_json: error && JSON.stringify(error),
        stats_json: stats && JSON.stringify(stats),
      })
      .where('id', '=', id)
      .where('status', '=', 'streaming')
      .execute()
  }

  /** Ends every answer that is still being written with this error; their text stays. Returns how many. */
  async failStreaming(error: ChatError): Promise<number> {
    const result = await this.#db
      .updateTable('messages')
      .set({ status: 'failed', error_json: JSON.stringify(error) })
      .where('status', '=', 'streaming')
      .executeTakeFirst()
    return Number(result.numUpdatedRows)
  }
}
