import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import type {
  createConversation,
  deleteConversation,
  regenerateMessage,
  sendMessage,
  showMessage,
  updateConversation,
} from '@/lib/api/endpoints/chat'
import type { stopGeneration } from '@/lib/api/endpoints/generations'
import type { ChatSettings, ConversationView } from '@/lib/chat/schemas'
import { api, call } from '../api'
import { chatQueries } from './queries'

type Changes = z.input<typeof updateConversation.body>

/** Puts a conversation that the server answered into the cache, and has the lists read again. */
function useKeep() {
  const client = useQueryClient()
  return (view: ConversationView) => {
    client.setQueryData(chatQueries.conversation(view.id).queryKey, view)
    void client.invalidateQueries({ queryKey: chatQueries.lists })
  }
}

/** Changes of one conversation go out one after another, so that a message never overtakes its settings. */
const scopeOf = (id: string) => ({ id: `conversation-${id}` })

/** Begins a conversation. */
export function useCreateConversation() {
  const keep = useKeep()
  return useMutation({
    mutationFn: (body: { content: string; model: string; settings: ChatSettings }) =>
      api<typeof createConversation>('POST /api/chat/conversations', { body }),
    onSuccess: keep,
  })
}

/** Sends a message; `parent_id` is given when it is an edited one. */
export function useSendMessage(id: string) {
  const keep = useKeep()
  return useMutation({
    scope: scopeOf(id),
    mutationFn: (body: z.input<typeof sendMessage.body>) =>
      api<typeof sendMessage>('POST /api/chat/conversations/{id}/messages', {
        params: { id },
        body,
      }),
    onSuccess: keep,
  })
}

/** Has a message answered anew. */
export function useRegenerate(id: string) {
  const keep = useKeep()
  return useMutation({
    scope: scopeOf(id),
    mutationFn: (messageId: string) =>
      api<typeof regenerateMessage>(
        'POST /api/chat/conversations/{id}/messages/{message_id}/regenerate',
        { params: { id, message_id: messageId } },
      ),
    onSuccess: keep,
  })
}

/** Walks to the branch of a message. */
export function useShowMessage(id: string) {
  const keep = useKeep()
  return useMutation({
    scope: scopeOf(id),
    mutationFn: (messageId: string) =>
      api<typeof showMessage>('POST /api/chat/conversations/{id}/messages/{message_id}/show', {
        params: { id, message_id: messageId },
      }),
    onSuccess: keep,
  })
}

/** Renames a conversation, or changes its model or settings. The page shows it at once, and takes it back on failure. */
export function useUpdateConversation(id: string) {
  const client = useQueryClient()
  const keep = useKeep()
  const { queryKey } = chatQueries.conversation(id)
  return useMutation({
    scope: scopeOf(id),
    mutationFn: (body: Changes) =>
      api<typeof updateConversation>('PATCH /api/chat/conversations/{id}', {
        params: { id },
        body,
      }),
    onMutate: ({ settings, ...changes }: Changes) => {
      const before = client.getQueryData(queryKey)
      client.setQueryData(
        queryKey,
        (view) => view && { ...view, ...changes, settings: { ...view.settings, ...settings } },
      )
      return before
    },
    onError: (_error, _changes, before) => client.setQueryData(queryKey, before),
    onSuccess: keep,
  })
}

/** Deletes a conversation. */
export function useDeleteConversation() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      call<typeof deleteConversation>('DELETE /api/chat/conversations/{id}', { params: { id } }),
    onSuccess: (_response, id) => {
      // The page that still shows it leaves first: its query would be asked anew, and answer 404.
      client.removeQueries({ queryKey: chatQueries.conversation(id).queryKey, type: 'inactive' })
      void client.invalidateQueries({ queryKey: chatQueries.lists })
    },
  })
}

/** Stops what writes an answer. Its stream tells when it has stopped. */
export function useStopAnswer() {
  return useMutation({
    mutationFn: (generationId: string) =>
      call<typeof stopGeneration>('DELETE /v1/generations/{id}', { params: { id: generationId } }),
  })
}
