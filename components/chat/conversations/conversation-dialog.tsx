'use client'

import { usePathname, useRouter } from 'next/navigation'
import { type FormEvent, useId, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { ConversationSummary } from '@/lib/chat/schemas'
import { useDeleteConversation, useUpdateConversation } from '@/lib/client/chat/mutations'

type Props = { conversation: Pick<ConversationSummary, 'id' | 'title'>; onClose: () => void }

/** What is asked before a conversation changes; fetched when it is first asked. */
export default function ConversationDialog({
  asking,
  ...props
}: Props & { asking: 'rename' | 'delete' }) {
  return asking === 'rename' ? <RenameDialog {...props} /> : <DeleteDialog {...props} />
}

function RenameDialog({ conversation, onClose }: Props) {
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

function DeleteDialog({ conversation, onClose }: Props) {
  const router = useRouter()
  const shown = usePathname() === `/chat/${conversation.id}`
  const remove = useDeleteConversation()
  const confirm = () =>
    remove.mutate(conversation.id, {
      onSuccess: () => {
        onClose()
        if (shown) router.replace('/chat')
      },
    })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Delete this conversation?"
      action="Delete"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
    >
      “{conversation.title}” and all its branches will be gone. An answer that is being written
      stops.
    </ConfirmDialog>
  )
}
