import type { StoredConversation, StoredMessage } from './rows'
import type { ConversationView } from './schemas'

/** The branch that is shown as Markdown, to be read and pasted elsewhere. */
export function toMarkdown(conversation: ConversationView): string {
  const parts = conversation.messages.map((message) => {
    const who = message.role === 'user' ? 'You' : (message.model ?? 'Assistant')
    const note = message.error ? `\n\n> ${message.error.message}` : ''
    return `## ${who}\n\n${message.content.trim()}${note}\n`
  })
  const system = conversation.settings.system_prompt.trim()
  if (system !== '') parts.unshift(`## System\n\n${system}\n`)
  return [`# ${conversation.title}\n`, ...parts].join('\n')
}

/** Everything of a conversation, with every branch, as JSON that a program can read back. */
export function toJson(
  conversation: StoredConversation,
  messages: readonly StoredMessage[],
): string {
  const { id, title, model, settings, head_id, created_at, updated_at } = conversation
  return JSON.stringify(
    {
      format: 'runnel-conversation-1',
      id,
      title,
      model,
      settings,
      head_id,
      created_at: new Date(created_at).toISOString(),
      updated_at: new Date(updated_at).toISOString(),
      messages: messages.map((message) => ({
        id: message.id,
        parent_id: message.parent_id,
        role: message.role,
        content: message.content,
        status: message.status,
        model: message.model,
        error: message.error,
        stats: message.stats,
        created_at: new Date(message.created_at).toISOString(),
      })),
    },
    null,
    2,
  )
}

/** A file name for the title that every system takes. */
export function fileNameFor(title: string, extension: string): string {
  const base = title
    .normalize('NFKD')
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s+/g, '-')
    .toLowerCase()
  return `${base || 'chat'}.${extension}`
}
