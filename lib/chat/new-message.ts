import type { StoredMessage } from './rows'

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
