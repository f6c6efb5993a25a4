import type { ConversationView } from '@/lib/chat/schemas'
import { useAnswer } from './answers'

/** Tokens of context that the branch that is shown takes, live while an answer grows; null before the first one. */
export function useContextTokens({ id, messages }: ConversationView): number | null {
  const last = messages.at(-1)
  const live = useAnswer(id, last?.status === 'streaming' ? last.generation_id : null)
  if (live?.prompt) return live.prompt.prompt_tokens + live.tokens
  const stats = messages.findLast((message) => message.stats !== null)?.stats
  return stats ? stats.prompt_tokens + stats.completion_tokens : null
}
