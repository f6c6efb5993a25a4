import type { Db } from '@/lib/platform/db/open'
import type { TextSearch } from '@/lib/platform/db/search/text-search'
import { notFound } from '@/lib/platform/errors'
import { readConversation, type StoredConversation, toSummary } from './rows'
import type { ChatSettings, ConversationSummary } from './schemas'

/** Conversations that a list shows at most; a search finds the others. */
const LIST_LIMIT = 500
/** Conversations that are searched in one step. */
const SEARCH_PAGE = 50

type Changes = { title?: string; model?: string; settings?: ChatSettings; headId?: string }

/** The table of conversations. Every method that takes a user sees only what is theirs. */
export class ConversationStore {
  readonly #db: Db
  readonly #search: TextSearch

  constructor(db: Db, search: TextSearch) {
    this.#db = db
    this.#search = search
  }

  /** The user's conversations, last used first; with `search`, those whose title or text has it in any case and script. */
  async list(userId: string, search = ''): Promise<ConversationSummary[]> {
    let query = this.#db
      .selectFrom('conversations')
      .select(['id', 'title', 'model', 'created_at', 'updated_at'])
      .select(({ exists, selectFrom }) =>
        exists(
          selectFrom('messages')
            .select('messages.id')
            .whereRef('messages.conversation_id', '=', 'conversations.id')
            .where('messages.status', '=', 'streaming'),
        ).as('answering'),
      )
      .where('user_id', '=', userId)
    if (search !== '') query = query.where('id', 'in', await this.#idsWith(userId, search))
    const rows = await query.orderBy('updated_at', 'desc').limit(LIST_LIMIT).execute()
    return rows.map((row) => toSummary(row, Boolean(row.answering)))
  }

  async #idsWith(userId: string, text: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('conversations')
      .select('id')
      .where('user_id', '=', userId)
      .orderBy('updated_at', 'desc')
      .execute()
    const left = rows.map(({ id }) => id)
    return this.#search.find({
      text,
      limit: LIST_LIMIT,
      nextPage: () => {
        const ids = left.splice(0, SEARCH_PAGE)
        return ids.length === 0 ? null : this.#textsOf(ids)
      },
    })
  }

  #textsOf(ids: readonly string[]) {
    return this.#db
      .selectFrom('conversations')
      .leftJoin('messages', 'messages.conversation_id', 'conversations.id')
      .select(['conversations.id as key', 'conversations.title', 'messages.content'])
      .where('conversations.id', 'in', ids)
      .orderBy('conversations.updated_at', 'desc')
  }

  /** @throws AppError 404 when there is none, or it is somebody else's: the two look the same. */
  async find(userId: string, id: string): Promise<StoredConversation> {
    const row = await this.#db
      .selectFrom('conversations')
      .selectAll()
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    if (row) return readConversation(row)
    throw notFound(
      'There is no such conversation.',
      'conversation_not_found',
      'It may have been deleted. The list has those that are there.',
    )
  }

  /** Adds a conversation without messages. */
  async insert(row: Omit<StoredConversation, 'head_id'>): Promise<void> {
    const { settings, ...columns } = row
    await this.#db
      .insertInto('conversations')
      .values({ ...columns, settings_json: JSON.stringify(settings), head_id: null })
      .execute()
  }

  /** Changes what is given. `usedAt`, in ms since 1970, moves it in the list. */
  async update(id: string, changes: Changes, usedAt?: number): Promise<void> {
    const { headId, settings, ...columns } = changes
    const set = {
      ...columns,
      ...(settings && { settings_json: JSON.stringify(settings) }),
      ...(headId !== undefined && { head_id: headId }),
      ...(usedAt !== undefined && { updated_at: usedAt }),
    }
    if (Object.keys(set).length === 0) return
    await this.#db.updateTable('conversations').set(set).where('id', '=', id).execute()
  }

  /** Deletes it with all its messages. */
  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('conversations').where('id', '=', id).execute()
  }
}
