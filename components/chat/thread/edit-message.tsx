'use client'

import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { GrowingTextarea } from '@/components/chat/composer/growing-textarea'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { ChatMessageView } from '@/lib/chat/schemas'
import { useSendMessage } from '@/lib/client/chat/mutations'

type Props = { conversationId: string; message: ChatMessageView; onClose: () => void }

/** Asks the same otherwise: what was asked before stays as another branch. */
export function EditMessage({ conversationId, message, onClose }: Props) {
  const [content, setContent] = useState(message.content)
  const send = useSendMessage(conversationId)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (content.trim() === '') return
    send.mutate({ content, parent_id: message.parent_id }, { onSuccess: onClose })
  }
  const cancelOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
  }
  return (
    <form onSubmit={submit} onKeyDown={cancelOnEscape} className="grid gap-2">
      <div className="rounded-md border border-line-strong bg-surface p-3 focus-within:border-focus">
        <GrowingTextarea
          label="Edit the message"
          value={content}
          onChange={setContent}
          focusAtOnce
        />
      </div>
      {send.error && <Notice tone="bad" error={send.error} />}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="mr-auto text-ink-muted text-xs">The message before stays as a branch.</p>
        <Button size="sm" onClick={onClose}>
          Cancel
        </Button>
        <Button size="sm" type="submit" variant="primary" busy={send.isPending}>
          Send
        </Button>
      </div>
    </form>
  )
}
