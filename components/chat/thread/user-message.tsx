'use client'

import { Pencil } from 'lucide-react'
import { useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { CopyButton } from '@/components/ui/copy-button'
import { IconButton } from '@/components/ui/icon-button'
import type { ChatMessageView, ConversationView } from '@/lib/chat/schemas'
import { BranchWalker } from './branch-walker'
import { EditMessage } from './edit-message'

type Props = { conversation: ConversationView; message: ChatMessageView }

/** What was asked, and how to ask it otherwise. */
export function UserMessage({ conversation, message }: Props) {
  const [editing, setEditing] = useState(false)
  const wasEditing = useRef(false)
  if (editing)
    return (
      <EditMessage
        conversationId={conversation.id}
        message={message}
        onClose={() => {
          wasEditing.current = true
          setEditing(false)
        }}
      />
    )
  return (
    <article aria-label="You" className="group -mb-3 grid justify-items-end gap-0.5">
      <UserText text={message.content} />
      <div className="flex h-7 items-center pointer-coarse:h-9">
        <div className="flex opacity-0 transition-opacity focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
          <CopyButton text={message.content} label="Copy" />
          <IconButton
            icon={Pencil}
            label="Edit"
            disabled={conversation.answering}
            // The form that had the focus is gone.
            ref={(button) => {
              if (wasEditing.current) button?.focus()
              wasEditing.current = false
            }}
            onClick={() => setEditing(true)}
            size="sm"
          />
        </div>
        <BranchWalker conversation={conversation} message={message} />
      </div>
    </article>
  )
}

/** What was asked, as it was written. */
export function UserText({ text, className }: { text: string; className?: string }) {
  return (
    <p
      dir="auto"
      className={cn(
        'max-w-[85%] justify-self-end whitespace-pre-wrap wrap-anywhere rounded-md bg-accent-soft px-3.5 py-2 text-[0.9375rem] leading-6',
        className,
      )}
    >
      {text}
    </p>
  )
}
