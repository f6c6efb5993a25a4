'use client'

import { Ellipsis } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { PageLink } from '@/components/shell/page-link'
import { cn } from '@/components/ui/cn'
import type { ConversationSummary } from '@/lib/chat/schemas'
import { useChatUi } from '../chat-context'
import { ConversationMenu } from './conversation-menu'

/** One conversation of the list, and what can be done with it. */
export function ConversationRow({ conversation }: { conversation: ConversationSummary }) {
  const { show } = useChatUi()
  const href = `/chat/${conversation.id}`
  const current = usePathname() === href
  return (
    <li className="group relative">
      <PageLink
        href={href}
        onClick={() => show(null)}
        aria-current={current ? 'page' : undefined}
        className={cn(
          'flex h-9 items-center gap-2 rounded-md pr-9 pl-2 transition-colors pointer-coarse:h-11',
          current ? 'bg-accent-soft text-accent-ink' : 'hover:bg-hover',
        )}
      >
        <span dir="auto" className="truncate">
          {conversation.title}
        </span>
        {conversation.answering && (
          <span className="size-1.5 shrink-0 animate-breathe rounded-full bg-accent">
            <span className="sr-only">An answer is being written</span>
          </span>
        )}
      </PageLink>
      <ConversationMenu
        conversation={conversation}
        trigger={
          <button
            type="button"
            aria-label={`Options for “${conversation.title}”`}
            className={cn(
              'absolute top-1/2 right-1 inline-flex size-7 -translate-y-1/2 items-center justify-center rounded-sm text-ink-muted transition-opacity hover:bg-hover hover:text-ink',
              'opacity-0 focus-visible:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 pointer-coarse:size-11 pointer-coarse:opacity-100',
              current && 'opacity-100',
            )}
          >
            <Ellipsis aria-hidden className="size-4" />
          </button>
        }
      />
    </li>
  )
}
