'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from '@/components/ui/icon-button'
import type { ChatMessageView, ConversationView } from '@/lib/chat/schemas'
import { useShowMessage } from '@/lib/client/chat/mutations'

type Props = { conversation: ConversationView; message: ChatMessageView }

/** Walks between the branches that begin here: ‹ 2/3 ›. Nothing when there is only one. */
export function BranchWalker({ conversation, message }: Props) {
  const show = useShowMessage(conversation.id)
  const { siblings } = message
  if (siblings.length < 2) return null
  const index = siblings.indexOf(message.id)
  const step = (by: number) => {
    const target = siblings[index + by]
    const disabled = target === undefined || show.isPending
    return { disabled, onClick: () => target !== undefined && show.mutate(target) }
  }
  return (
    <div className="flex items-center text-ink-muted">
      <IconButton icon={ChevronLeft} label="The branch before" {...step(-1)} size="sm" />
      <span className="numeric text-xs">
        {index + 1}/{siblings.length}
      </span>
      <IconButton icon={ChevronRight} label="The next branch" {...step(1)} size="sm" />
    </div>
  )
}
