'use client'

import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { PageHeader } from '@/components/shell/page-header'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Input } from '@/components/ui/input'
import { Panel } from '@/components/ui/panel'
import { Select } from '@/components/ui/select'
import { SkeletonRows } from '@/components/ui/skeleton'
import { plural } from '@/lib/client/format'
import { keysQuery, type ListedKey } from '@/lib/client/keys'
import { useNow } from '@/lib/client/use-time'
import { KeyRow } from './key-row'
import { keyState } from './key-words'
import { NewKeyDialog } from './new-key-dialog'

/** Fewer are found by looking. */
const WORTH_SEARCHING = 20

/** The API keys: one's own, and for an admin everybody's. */
export function KeysView({ isAdmin }: { isAdmin: boolean }) {
  const [all, setAll] = useState(false)
  const [creating, setCreating] = useState(false)
  const [search, setSearch] = useState('')
  const { data, error, isFetching, refetch } = useQuery(keysQuery(all))
  const now = useNow(30_000)
  const active = data?.filter((key) => keyState(key, now) === 'active')
  const newKey = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      Create key
    </Button>
  )
  return (
    <>
      <PageHeader title="Keys">{newKey}</PageHeader>
      {data && data.length > WORTH_SEARCHING && (
        <search className="block sm:max-w-60">
          <Input
            type="search"
            aria-label="Search the keys"
            placeholder="Name, owner, first letters…"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </search>
      )}
      <Panel
        title={all ? 'Everybody’s keys' : 'Your keys'}
        detail={active && plural(active.length, 'active key')}
        actions={isAdmin && <OwnerSelect all={all} onChange={setAll} />}
      >
        {data ? (
          <Rows keys={data} search={search} showOwner={all} now={now} newKey={newKey} />
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
  search: string
  showOwner: boolean
  now: number
  newKey: React.ReactNode
}

function Rows({ keys, search, showOwner, now, newKey }: RowsProps) {
  if (keys.length === 0)
    return (
      <EmptyState icon={KeyRound} title="No key yet" action={newKey}>
        A key lets a program call the API without a password.
      </EmptyState>
    )
  const active = (key: ListedKey) => Number(keyState(key, now) === 'active')
  const found = keys.filter((key) => has(key, search))
  if (found.length === 0)
    return <p className="px-4 py-3 text-ink-muted">No key has “{search.trim()}”.</p>
  const sorted = found.sort((a, b) => active(b) - active(a) || b.created_at - a.created_at)
  return (
    <ul className="divide-y">
      {sorted.map((key) => (
        <KeyRow key={key.id} apiKey={key} showOwner={showOwner} now={now} />
      ))}
    </ul>
  )
}

function has({ name, owner, prefix }: ListedKey, search: string): boolean {
  return `${name} ${owner ?? ''} ${prefix}`.toLowerCase().includes(search.trim().toLowerCase())
}
