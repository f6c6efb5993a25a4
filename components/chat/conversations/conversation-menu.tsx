'use client'

import { FileText, Pencil, Trash2 } from 'lucide-react'
import { type ComponentProps, lazy, Suspense, useState } from 'react'
import { Menu } from '@/components/ui/menu'
import type { exportConversation } from '@/lib/api/endpoints/chat'
import type { ConversationSummary } from '@/lib/chat/schemas'
import { addressOf } from '@/lib/client/api'

const ConversationDialog = lazy(() => import('./conversation-dialog'))

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
          { label: 'Export as JSON', icon: FileText, onSelect: () => download('json') },
          {
            label: 'Delete',
            icon: Trash2,
            danger: true,
            startsGroup: true,
            onSelect: () => setDialog('delete'),
          },
        ]}
      />
      <Suspense>
        {dialog && (
          <ConversationDialog asking={dialog} conversation={conversation} onClose={close} />
        )}
      </Suspense>
    </>
  )
}
