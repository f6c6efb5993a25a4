import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { getConversation, listConversations } from '@/lib/endpoints/chat'
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
        api(listConversations, { query: { q: search || undefined }, signal }),
      select: ({ conversations }) => conversations,
      placeholderData: keepPreviousData,
      // Answers end and titles change in other tabs and on other devices too.
      refetchInterval: 15_000,
    }),
  /** One conversation with the branch that is shown. */
  conversation: (id: string) =>
    queryOptions({
      queryKey: ['chat', 'conversation', id],
      queryFn: ({ signal }) => api(getConversation, { params: { id }, signal }),
      refetchInterval: 15_000,
    }),
}
