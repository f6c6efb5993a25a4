'use client'

import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { PageHeader } from '@/components/shell/page-header'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Panel } from '@/components/ui/panel'
import { Select } from '@/components/ui/select'
import { SkeletonRows } from '@/components/ui/skeleton'
import { plural } from '@/lib/client/format'
import { keysQuery, type ListedKey } from '@/lib/client/keys'
import { useNow } from '@/lib/client/use-now'
import { KeyRow } from './key-row'
import { keyState } from './key-words'
import { NewKeyDialog } from './new-key-dialog'

/** The API keys: one's own, and for an admin everybody's. */
export function KeysView({ isAdmin }: { isAdmin: boolean }) {
  const [all, setAll] = useState(false)
  const [creating, setCreating] = useState(false)
  const { data, error, isFetching, refetch } = useQuery(keysQuery(all))
  const now = useNow(30_000)
  const active = data?.filter((key) => keyState(key, now) === 'active')
  const newKey = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      New key
    </Button>
  )
  return (
    <>
      <PageHeader title="Keys">{newKey}</PageHeader>
      <Panel
        title={all ? 'Everybody’s keys' : 'Your keys'}
        detail={active && plural(active.length, 'active key')}
        actions={isAdmin && <OwnerSelect all={all} onChange={setAll} />}
      >
        {data ? (
          <Rows keys={data} showOwner={all} now={now} newKey={newKey} />
        ) : error ? (
          <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
        ) : (
          <SkeletonRows label="Reading the keys" />
        )}
      </Panel>
      {creating && <NewKeyDialog isAdmin={isAdmin} onClose={() => setCreating(false)} />}
    </>
  )
}

function OwnerSelect({ all, onChange }: { all: boolean; onChange: (all: boolean) => void }) {
  return (
    <Select
      label="Whose keys"
      value={all ? 'all' : 'own'}
      onChange={(value) => onChange(value === 'all')}
      options={[
        { value: 'own', label: 'Your own' },
        { value: 'all', label: 'Everybody’s' },
      ]}
    />
  )
}

type RowsProps = {
  keys: readonly ListedKey[]
  showOwner: boolean
  now: number
  newKey: React.ReactNode
}

function Rows({ keys, showOwner, now, newKey }: RowsProps) {
  if (keys.length === 0)
    return (
      <EmptyState icon={KeyRound} title="No key yet" action={newKey}>
        A key lets a program call the API without a password.
      </EmptyState>
    )
  const active = (key: ListedKey) => Number(keyState(key, now) === 'active')
  const sorted = [...keys].sort((a, b) => active(b) - active(a) || b.created_at - a.created_at)
  return (
    <ul className="divide-y">
      {sorted.map((key) => (
        <KeyRow key={key.id} apiKey={key} showOwner={showOwner} now={now} />
      ))}
    </ul>
  )
}
