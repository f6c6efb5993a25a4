import { create } from 'content-disposition'
import type { StoredConversation, StoredMessage } from './rows'
import type { ConversationView } from './schemas'

/** The branch that is shown as Markdown, to be read and pasted elsewhere. */
export function toMarkdown(conversation: ConversationView): string {
  const parts = conversation.messages.map((message) => {
    const who = message.role === 'user' ? 'You' : (message.model ?? 'Assistant')
    const note = message.error ? `\n\n> ${message.error.message}` : ''
    return `## ${who}\n\n${thoughtOf(message)}${message.content.trim()}${note}\n`
  })
  const system = conversation.settings.system_prompt.trim()
  if (system !== '') parts.unshift(`## System\n\n${system}\n`)
  return [`# ${conversation.title}\n`, ...parts].join('\n')
}

/** What was thought, folded where the reader of the Markdown can. */
function thoughtOf({ reasoning }: ConversationView['messages'][number]): string {
  if (reasoning.trim() === '') return ''
  // As a quote, so that nothing that was thought ends the block.
  const quoted = reasoning.trim().replace(/^/gm, '> ')
  return `<details><summary>Thought</summary>\n\n${quoted}\n\n</details>\n\n`
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
        reasoning: message.reasoning,
        thinking_ms: message.thinking_ms,
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

/** Characters that a file's name takes from a title: with three bytes each it stays below the 255 of most systems. */
const MAX_NAME_LENGTH = 60

/**
 * The `Content-Disposition` of a conversation that is downloaded: its title as the file's name in whatever script it
 * is, and in ASCII for clients that know no better.
 * @see https://www.rfc-editor.org/rfc/rfc6266 and RFC 8187, for `filename*`
 */
export function attachmentNamed(title: string, extension: string): string {
  const name = slugOf(title.normalize('NFC'))
  const ascii = slugOf(title.normalize('NFKD').replace(/[^\x20-\x7e\s]/g, ''))
  return create(`${name || 'chat'}.${extension}`, { fallback: `${ascii || 'chat'}.${extension}` })
}

/** Letters, digits and marks of every script; what a system might refuse in a name is left out. Nothing where only marks are left, as of ❤️. */
function slugOf(title: string): string {
  const words = title
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replace(/\s+/g, '-')
    .toLowerCase()
  return /[\p{L}\p{N}]/u.test(words) ? [...words].slice(0, MAX_NAME_LENGTH).join('') : ''
}
