'use client'

import { CircleSlash } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { formatAgo, plural } from '@/lib/client/format'
import type { Person } from '@/lib/client/people'
import { PersonMenu } from './person-menu'
import { RoleBadge } from './role-badge'

type Props = { person: Person; isSelf: boolean; now: number }

/** Somebody with an account. */
export function PersonRow({ person, isSelf, now }: Props) {
  return (
    <li className="grid min-h-14 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-2 px-4 py-2 lg:gap-x-4 lg:grid-cols-[minmax(0,5fr)_7rem_minmax(0,3fr)_2.25rem]">
      <div className={cn('min-w-0 max-lg:col-span-2', person.disabled && 'text-ink-muted')}>
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{person.name}</span>
          {isSelf && <Badge tone="accent">you</Badge>}
          {person.disabled && <Badge icon={CircleSlash}>closed</Badge>}
        </p>
        <p className="truncate text-ink-muted text-xs">{person.email}</p>
      </div>
      <div className="max-lg:order-last max-lg:mt-1">
        <RoleBadge role={person.role} />
      </div>
      <p className="truncate text-ink-muted text-xs max-lg:order-last max-lg:col-span-2 max-lg:mt-1 lg:text-right">
        {lastSeen(person, now)}
        {person.keys > 0 && ` · ${plural(person.keys, 'key')}`}
        {!person.has_password && ' · signs in elsewhere'}
      </p>
      <PersonMenu person={person} isSelf={isSelf} />
    </li>
  )
}

function lastSeen({ last_seen_at }: Person, now: number): string {
  if (now === 0) return ''
  return last_seen_at === null ? 'not signed in' : `seen ${formatAgo(last_seen_at, now)}`
}
