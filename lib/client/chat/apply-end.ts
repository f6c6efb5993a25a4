import type { ChatMessageView, ConversationView } from '@/lib/chat/schemas'
import type { AnswerState } from './answer-state'

/** The conversation with the end of an answer that its stream has told, as a read from the server would show it. */
export function applyEnd(
  view: ConversationView,
  generationId: string,
  state: AnswerState,
): ConversationView {
  const messages = view.messages.map((message) =>
    message.generation_id === generationId ? { ...message, ...endOf(state) } : message,
  )
  return { ...view, messages, answering: messages.some(({ status }) => status === 'streaming') }
}

function endOf({ phase, text }: AnswerState): Partial<ChatMessageView> {
  switch (phase.kind) {
    case 'done': {
      const status = phase.stats.finish_reason === 'cancelled' ? 'stopped' : 'complete'
      return { content: text, status, stats: phase.stats }
    }
    case 'failed':
      return { content: text, status: 'failed', error: phase.error }
    default:
      return {}
  }
}
