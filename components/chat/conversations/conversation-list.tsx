'use client'

import { useQuery } from '@tanstack/react-query'
import { MessageSquare, Search, SquarePen } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Input } from '@/components/ui/input'
import { SkeletonRows } from '@/components/ui/skeleton'
import { chatQueries } from '@/lib/client/chat/queries'
import { useNow } from '@/lib/client/use-time'
import { useChatUi } from '../chat-context'
import { ConversationRow } from './conversation-row'
import { groupByDay } from './group-by-day'

/** All conversations: begin one, find one, open one. */
export function ConversationList() {
  const { show } = useChatUi()
  const [search, setSearch] = useState('')
  return (
    <>
      <header className="flex h-14 shrink-0 items-center gap-2 pr-3 pl-4 max-lg:pr-13">
        <h2 className="flex-1 font-semibold">Chats</h2>
        <PageLink
          href="/chat"
          onClick={() => show(null)}
          className={buttonClass('secondary', 'sm')}
        >
          <SquarePen aria-hidden />
          New
        </PageLink>
      </header>
      <div className="relative px-3 pb-2">
        <Search
          aria-hidden
          className="absolute top-2.5 left-5.5 size-4 text-ink-muted pointer-coarse:top-3.5"
        />
        <Input
          type="search"
          aria-label="Search the conversations"
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="pl-8.5"
        />
      </div>
      <nav aria-label="Conversations" className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        <Groups search={useDeferredValue(search.trim())} />
      </nav>
    </>
  )
}

function Groups({ search }: { search: string }) {
  const now = useNow(60_000)
  const { data, error, isPending, isFetching, refetch } = useQuery(chatQueries.list(search))
  if (isPending)
    return <SkeletonRows label="Conversations are loading" rows={6} rowClass="h-9 px-2" />
  if (error && !data) return <ErrorState error={error} busy={isFetching} onRetry={refetch} />
  if (data.length === 0) return <Nothing search={search} />
  return groupByDay(data, now || Date.now()).map(({ label, conversations }) => (
    <section key={label} aria-label={label}>
      <h3 className="px-2 pt-4 pb-1 text-ink-muted text-xs">{label}</h3>
      <ul>
        {conversations.map((conversation) => (
          <ConversationRow key={conversation.id} conversation={conversation} />
        ))}
      </ul>
    </section>
  ))
}

function Nothing({ search }: { search: string }) {
  if (search !== '')
    return (
      <EmptyState icon={Search} title="Nothing found">
        No title and no message has “{search}”.
      </EmptyState>
    )
  return (
    <EmptyState icon={MessageSquare} title="No conversations yet">
      The first message begins one.
    </EmptyState>
  )
}
