'use client'

import { Braces, FileText, Pencil, Trash2 } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { type ComponentProps, useState } from 'react'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Menu } from '@/components/ui/menu'
import type { exportConversation } from '@/lib/api/endpoints/chat'
import type { ConversationSummary } from '@/lib/chat/schemas'
import { addressOf } from '@/lib/client/api'
import { useDeleteConversation } from '@/lib/client/chat/mutations'
import { RenameDialog } from './rename-dialog'

type Props = {
  conversation: Pick<ConversationSummary, 'id' | 'title'>
  trigger: ComponentProps<typeof Menu>['trigger']
}

/** Rename, export, delete. */
export function ConversationMenu({ conversation, trigger }: Props) {
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null)
  const download = (format: 'markdown' | 'json') =>
    window.location.assign(
      addressOf<typeof exportConversation>(
        '/api/chat/conversations/{id}/export',
        { id: conversation.id },
        { format },
      ),
    )
  const close = () => setDialog(null)
  return (
    <>
      <Menu
        trigger={trigger}
        items={[
          { label: 'Rename', icon: Pencil, onSelect: () => setDialog('rename') },
          {
            label: 'Export as Markdown',
            icon: FileText,
            startsGroup: true,
            onSelect: () => download('markdown'),
          },
          { label: 'Export as JSON', icon: Braces, onSelect: () => download('json') },
          {
            label: 'Delete',
            icon: Trash2,
            danger: true,
            startsGroup: true,
            onSelect: () => setDialog('delete'),
          },
        ]}
      />
      {dialog === 'rename' && <RenameDialog conversation={conversation} onClose={close} />}
      <DeleteDialog conversation={conversation} open={dialog === 'delete'} onClose={close} />
    </>
  )
}

type DeleteProps = { conversation: Props['conversation']; open: boolean; onClose: () => void }

function DeleteDialog({ conversation, open, onClose }: DeleteProps) {
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
      open={open}
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
