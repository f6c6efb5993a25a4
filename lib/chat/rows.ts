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
    reasoning: '',
    thinking_ms: null,
    status: 'complete',
    generation_id: null,
    error: null,
    stats: null,
    model: null,
    ...given,
  }
}

/** What the tree needs to know of a message. Lists of them are ordered oldest first. */
export type TreeNode = { id: string; parent_id: string | null }

/**
 * The branch that ends at `headId`, first message first. Empty when there is no such message.
 * A parent that is missing, or a ring of parents, ends the walk: a damaged row costs a branch, never the page.
 */
export function branchTo<T extends TreeNode>(nodes: readonly T[], headId: string | null): T[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const branch: T[] = []
  let next = headId
  while (next !== null) {
    const node = byId.get(next)
    if (!node) break
    byId.delete(next)
    branch.push(node)
    next = node.parent_id
  }
  return branch.reverse()
}

/** The messages in the same place as `node`, itself included: each is the start of a branch. */
export function siblingsOf<T extends TreeNode>(nodes: readonly T[], node: TreeNode): T[] {
  return nodes.filter((other) => other.parent_id === node.parent_id)
}

/** The end of the newest branch that goes through `id`: where one lands when walking to it. */
export function newestTip(nodes: readonly TreeNode[], id: string): string {
  const newestChild = new Map<string, string>()
  for (const node of nodes) if (node.parent_id !== null) newestChild.set(node.parent_id, node.id)
  let tip = id
  for (let child = newestChild.get(tip); child !== undefined; child = newestChild.get(tip)) {
    newestChild.delete(tip)
    tip = child
  }
  return tip
}

/**
 * Text that every database keeps whole. SQLite reads a text only up to its first null character, and Postgres
 * refuses one; like everybody who shows Markdown, we put U+FFFD in its place. The length stays the same.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd')
}

const MAX_LENGTH = 60

/** A conversation's title: the beginning of its first message, cut at a word, without markdown's signs. */
export function titleFrom(message: string): string {
  const text = storableText(message)
    .replace(/```[\s\S]*?(?:```|$)/g, ' ')
    .replace(/[#*_`>~|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (text === '') return 'New chat'
  if (text.length <= MAX_LENGTH) return text
  const cut = text.slice(0, MAX_LENGTH)
  const lastSpace = cut.lastIndexOf(' ')
  // A surrogate pair that was cut in half would show as a broken character.
  const whole =
    lastSpace > MAX_LENGTH / 2 ? cut.slice(0, lastSpace) : cut.replace(/[\ud800-\udbff]$/, '')
  return `${whole.replace(/[\s.,;:!?–-]+$/, '')}…`
}
