'use client'

import { ArrowDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { useFollowEnd } from '@/components/ui/use-follow-end'
import type { ConversationView } from '@/lib/chat/schemas'
import { AssistantMessage } from './assistant-message'
import { UserMessage, UserText } from './user-message'

type Props = {
  conversation: ConversationView
  /** A message that is on its way to the server. */
  sending: string | null
  /** What stands below: the composer. */
  children: ReactNode
}

/** The messages of the branch that is shown, following its end as it grows. */
export function Thread({ conversation, sending, children }: Props) {
  const { scroller, content, onScroll, atEnd, toEnd } = useFollowEnd()
  const { messages } = conversation
  return (
    <>
      <div ref={scroller} onScroll={onScroll} className="min-h-0 flex-1 overflow-y-auto">
        <div
          ref={content}
          role="log"
          aria-label="Conversation"
          className="mx-auto grid max-w-184 gap-6 px-4 pt-6 pb-8 sm:px-6"
        >
          {messages.map((message, index) =>
            message.role === 'user' ? (
              <UserMessage key={message.id} conversation={conversation} message={message} />
            ) : (
              <AssistantMessage
                key={message.id}
                conversation={conversation}
                message={message}
                last={index === messages.length - 1}
              />
            ),
          )}
          {sending !== null && <UserText text={sending} className="opacity-60" />}
        </div>
      </div>
      <div className="relative">
        <button
          type="button"
          onClick={toEnd}
          inert={atEnd}
          className={cn(
            '-translate-x-1/2 absolute -top-11 left-1/2 inline-flex h-8 items-center gap-1.5 rounded-full border bg-surface pr-3 pl-2 text-xs shadow-elevated transition-[opacity,translate] hover:bg-sunken',
            atEnd && 'translate-y-1 opacity-0',
          )}
        >
          <ArrowDown aria-hidden className="size-4" />
          Jump to latest
        </button>
        {children}
      </div>
    </>
  )
}
