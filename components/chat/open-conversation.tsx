'use client'

import { useQuery } from '@tanstack/react-query'
import { Ellipsis } from 'lucide-react'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { IconButton } from '@/components/ui/icon-button'
import { toastError } from '@/components/ui/toast'
import type { ConversationView } from '@/lib/chat/schemas'
import { useContextTokens } from '@/lib/client/chat/answers'
import { useChatModels, useModelName } from '@/lib/client/chat/models'
import { useSendMessage, useUpdateConversation } from '@/lib/client/chat/mutations'
import { chatQueries } from '@/lib/client/chat/queries'
import { ClientError } from '@/lib/client/client-error'
import { ChatView } from './chat-view'
import { Composer } from './composer/composer'
import { ConversationMenu } from './conversations/conversation-menu'
import { Thread } from './thread/thread'
import { ThreadSkeleton } from './thread/thread-skeleton'

/** A conversation that there is, or what is to be said while there is none. */
export function OpenConversation({ id }: { id: string }) {
  const { data, error, isFetching, refetch } = useQuery(chatQueries.conversation(id))
  const gone = error instanceof ClientError && error.status === 404
  if (data && !gone) return <Conversation conversation={data} />
  if (!error) return <ThreadSkeleton />
  return (
    <div className="grid flex-1 place-items-center">
      {gone ? (
        <EmptyState
          icon={Ellipsis}
          title={error.message}
          isPage
          action={
            <PageLink href="/chat" className={buttonClass('primary')}>
              New chat
            </PageLink>
          }
        >
          {error.hint}
        </EmptyState>
      ) : (
        <ErrorState error={error} busy={isFetching} onRetry={refetch} />
      )}
    </div>
  )
}

function Conversation({ conversation }: { conversation: ConversationView }) {
  const send = useSendMessage(conversation.id)
  const update = useUpdateConversation(conversation.id)
  const name = useModelName(conversation.model)
  const { models, loaded } = useChatModels()
  const missing = loaded && !models.some(({ id }) => id === conversation.model)
  const last = conversation.messages.at(-1)
  return (
    <ChatView
      title={conversation.title}
      actions={
        <ConversationMenu
          conversation={conversation}
          trigger={<IconButton icon={Ellipsis} label="Options for this conversation" />}
        />
      }
      parameters={{
        model: conversation.model,
        settings: conversation.settings,
        contextTokens: useContextTokens(conversation),
        onModel: (model) => update.mutate({ model }, { onError: toastError }),
        onSettings: (settings) => update.mutate({ settings }, { onError: toastError }),
      }}
    >
      <Thread conversation={conversation} sending={send.isPending ? send.variables.content : null}>
        <Composer
          placeholder={`Message ${name}…`}
          running={last?.status === 'streaming' ? last.generation_id : null}
          blocked={missing ? `${name} is not installed any more: choose another model` : undefined}
          busy={send.isPending}
          error={send.error}
          onSend={(content) => send.mutateAsync({ content })}
        />
      </Thread>
    </ChatView>
  )
}
