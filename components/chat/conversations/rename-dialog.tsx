'use client'

import { type FormEvent, useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { ConversationSummary } from '@/lib/chat/schemas'
import { useUpdateConversation } from '@/lib/client/chat/mutations'

type Props = { conversation: Pick<ConversationSummary, 'id' | 'title'>; onClose: () => void }

/** Asks for a conversation's new title. */
export function RenameDialog({ conversation, onClose }: Props) {
  const id = useId()
  const [title, setTitle] = useState(conversation.title)
  const update = useUpdateConversation(conversation.id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    update.mutate({ title }, { onSuccess: onClose })
  }
  return (
    <Dialog open onOpenChange={onClose} title="Rename">
      <form onSubmit={submit}>
        <Field id={id} label="Title" error={update.error?.message}>
          <Input
            id={id}
            value={title}
            maxLength={200}
            aria-describedby={`${id}-note`}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setTitle(event.target.value)}
          />
        </Field>
        <DialogActions>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            type="submit"
            variant="primary"
            busy={update.isPending}
            disabled={title.trim() === ''}
          >
            Rename
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
