'use client'

import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { PageHeader } from '@/components/shell/page-header'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'
import { Panel } from '@/components/ui/panel'
import { SkeletonRows } from '@/components/ui/skeleton'
import { plural } from '@/lib/client/format'
import { peopleQuery } from '@/lib/client/people'
import { useNow } from '@/lib/client/use-time'
import { InviteDialog } from './invite-dialog'
import { InvitesPanel } from './invites-panel'
import { PersonRow } from './person-row'

/** Everybody with an account, and the links by which more may come. */
export function PeopleView({ selfId }: { selfId: string }) {
  const [inviting, setInviting] = useState(false)
  const { data, error, isFetching, refetch } = useQuery(peopleQuery())
  const now = useNow(30_000)
  return (
    <>
      <PageHeader title="People">
        <Button variant="primary" onClick={() => setInviting(true)}>
          <UserPlus aria-hidden />
          Invite
        </Button>
      </PageHeader>
      <Panel title="Accounts" detail={data && plural(data.length, 'person', 'people')}>
        {data ? (
          <ul className="divide-y">
            {data.map((person) => (
              <PersonRow key={person.id} person={person} isSelf={person.id === selfId} now={now} />
            ))}
          </ul>
        ) : error ? (
          <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows label="Reading the accounts" />
        )}
      </Panel>
      <InvitesPanel />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  )
}
