import type { Conversation, Message } from '@/lib/platform/db/schema'
import type { AppError } from '@/lib/platform/errors'
import {
  type ChatError,
  type ChatMessageView,
  type ChatSettings,
  type ChatStats,
  type ConversationSummary,
  type ConversationView,
  chatError,
  chatSettings,
  chatStats,
} from './schemas'
import { branchTo, siblingsOf } from './tree'

/** A conversation's row with its JSON read. */
export type StoredConversation = Omit<Conversation, 'settings_json'> & { settings: ChatSettings }

/** A message's row with its JSON read. */
export type StoredMessage = Omit<Message, 'role' | 'error_json' | 'stats_json'> & {
  role: 'user' | 'assistant'
  error: ChatError | null
  stats: ChatStats | null
}

/** Reads a row. Settings that an older version wrote get today's defaults for what they lack. */
export function readConversation({ settings_json, ...row }: Conversation): StoredConversation {
  return { ...row, settings: chatSettings.parse(JSON.parse(settings_json)) }
}

/** Reads a row. */
export function readMessage({ error_json, stats_json, role, ...row }: Message): StoredMessage {
  return {
    ...row,
    role: role === 'user' ? 'user' : 'assistant',
    error: error_json === null ? null : chatError.parse(JSON.parse(error_json)),
    stats: stats_json === null ? null : chatStats.parse(JSON.parse(stats_json)),
  }
}

/** The part of an error that is kept with a message. */
export function toChatError(error: AppError): ChatError {
  return { message: error.message, code: error.code, hint: error.hint ?? null }
}

/** What a list shows of a conversation. */
export function toSummary(
  row: Pick<Conversation, 'id' | 'title' | 'model' | 'created_at' | 'updated_at'>,
  answering: boolean,
): ConversationSummary {
  const { id, title, model, created_at, updated_at } = row
  return { id, title, model, created_at, updated_at, answering }
}

/** The conversation with the branch that is shown. */
export function toView(
  row: StoredConversation,
  messages: readonly StoredMessage[],
): ConversationView {
  return {
    ...toSummary(
      row,
      messages.some((message) => message.status === 'streaming'),
    ),
    settings: row.settings,
    messages: branchTo(messages, row.head_id).map((message) => toMessageView(message, messages)),
  }
}

function toMessageView(message: StoredMessage, all: readonly StoredMessage[]): ChatMessageView {
  const { conversation_id, ...rest } = message
  return { ...rest, siblings: siblingsOf(all, message).map((sibling) => sibling.id) }
}

type Given = Pick<StoredMessage, 'id' | 'conversation_id' | 'parent_id' | 'role' | 'created_at'>

/** A message as it begins: complete and empty, but for what is given. */
export function newMessage(given: Given & Partial<StoredMessage>): StoredMessage {
  return {
    content: '',
    status: 'complete',
    generation_id: null,
    error: null,
    stats: null,
    model: null,
    ...given,
  }
}
