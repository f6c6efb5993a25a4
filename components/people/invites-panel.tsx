'use client'

import { useQuery } from '@tanstack/react-query'
import { Link2, X } from 'lucide-react'
import { ErrorState } from '@/components/ui/error-state'
import { IconButton } from '@/components/ui/icon-button'
import { Panel } from '@/components/ui/panel'
import { toastError } from '@/components/ui/toast'
import { formatTimeLeft } from '@/lib/client/format'
import { invitesQuery, type ListedInvite, useDeleteInvite } from '@/lib/client/people'
import { useNow } from '@/lib/client/use-time'
import { RoleBadge } from './role-badge'

/** One-time links that were not used yet; nothing when there is none. */
export function InvitesPanel() {
  const { data, error, refetch } = useQuery(invitesQuery())
  const now = useNow(30_000)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data || data.length === 0) return null
  return (
    <Panel title="Open links" detail={data.length}>
      <ul className="divide-y">
        {data.map((invite) => (
          <InviteRow key={invite.id} invite={invite} now={now} />
        ))}
      </ul>
    </Panel>
  )
}

function InviteRow({ invite, now }: { invite: ListedInvite; now: number }) {
  const remove = useDeleteInvite()
  const whom = invite.email ?? 'Whoever has the link'
  return (
    <li className="flex min-h-12 items-center gap-3 px-4 py-1.5">
      <Link2 aria-hidden className="size-4 shrink-0 text-ink-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate">{whom}</p>
        <p className="truncate text-ink-muted text-xs">
          {invite.user_id ? 'a new password' : 'a new account'}
          {now > 0 && ` · ${formatTimeLeft((invite.expires_at - now) / 1000)}`}
        </p>
      </div>
      {!invite.user_id && <RoleBadge role={invite.role} />}
      <IconButton
        icon={X}
        label={`Take back the link for ${whom}`}
        busy={remove.isPending}
        onClick={() => remove.mutate(invite.id, { onError: toastError })}
      />
    </li>
  )
}
