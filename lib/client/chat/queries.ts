import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { getConversation, listConversations } from '@/lib/api/endpoints/chat'
import { api } from '../api'

/** Everything about chats that is read: its keys, and how it is asked for. */
export const chatQueries = {
  /** The prefix of every list. */
  lists: ['chat', 'list'] as const,
  /** The conversations, or those that a search finds. */
  list: (search: string) =>
    queryOptions({
      queryKey: [...chatQueries.lists, search],
      queryFn: ({ signal }) =>
        api<typeof listConversations>('GET /api/chat/conversations', {
          query: { q: search || undefined },
          signal,
        }),
      select: ({ conversations }) => conversations,
      placeholderData: keepPreviousData,
      // Answers end and titles change in other tabs and on other devices too.
      refetchInterval: 15_000,
    }),
  /** One conversation with the branch that is shown. */
  conversation: (id: string) =>
    queryOptions({
      queryKey: ['chat', 'conversation', id],
      queryFn: ({ signal }) =>
        api<typeof getConversation>('GET /api/chat/conversations/{id}', { params: { id }, signal }),
      refetchInterval: 15_000,
    }),
}
