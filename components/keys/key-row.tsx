'use client'

import { Ban, Clock, Ellipsis, Pencil } from 'lucide-react'
import { useState } from 'react'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { type ListedKey, useRevokeKey } from '@/lib/client/keys'
import { EditKeyDialog } from './edit-key-dialog'
import { keyLimits, keyState, keyTimes } from './key-words'

type Props = { apiKey: ListedKey; showOwner: boolean; now: number }

/** One key: what it may do, when it was used, what is left of its limits. */
export function KeyRow({ apiKey, showOwner, now }: Props) {
  const state = keyState(apiKey, now)
  const limits = keyLimits(apiKey)
  return (
    <li className="grid min-h-14 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1.5 px-4 py-2.5 lg:gap-x-4 lg:grid-cols-[minmax(0,4fr)_minmax(0,5fr)_minmax(0,4fr)_2.25rem]">
      <div
        className={cn(
          'min-w-0',
          state === 'active' ? 'max-lg:col-span-2' : 'text-ink-muted max-lg:col-span-3',
        )}
      >
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{apiKey.name}</span>
          {state === 'revoked' && <Badge icon={Ban}>revoked</Badge>}
          {state === 'expired' && (
            <Badge icon={Clock} tone="warn">
              expired
            </Badge>
          )}
        </p>
        <p className="truncate text-ink-muted text-xs">
          <span className="numeric">{apiKey.prefix}…</span>
          {showOwner && ` · ${apiKey.owner ?? 'nobody’s'}`}
        </p>
      </div>
      <ul
        aria-label="Scopes"
        className={cn('flex flex-wrap gap-1 max-lg:order-last', limits && 'max-lg:col-span-3')}
      >
        {apiKey.scopes.map((scope) => (
          <li key={scope} className="flex">
            <Badge tone={scope === 'admin' ? 'warn' : 'neutral'}>{scope}</Badge>
          </li>
        ))}
      </ul>
      <div
        className={cn(
          'min-w-0 text-ink-muted text-xs max-lg:order-last lg:text-right',
          limits ? 'max-lg:col-span-3' : 'max-lg:col-span-2',
        )}
      >
        <p className="lg:truncate">{keyTimes(apiKey, now)}</p>
        <p className="numeric empty:hidden lg:truncate">{limits}</p>
      </div>
      {state === 'active' ? <Actions apiKey={apiKey} /> : <span className="max-lg:hidden" />}
    </li>
  )
}

function Actions({ apiKey }: { apiKey: ListedKey }) {
  const [shown, setShown] = useState<'edit' | 'revoke' | null>(null)
  const revoke = useRevokeKey()
  const close = () => setShown(null)
  return (
    <div>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`Options for “${apiKey.name}”`} />}
        items={[
          { label: 'Rename or limit', icon: Pencil, onSelect: () => setShown('edit') },
          {
            label: 'Revoke',
            icon: Ban,
            danger: true,
            startsGroup: true,
            onSelect: () => setShown('revoke'),
          },
        ]}
      />
      {shown === 'edit' && <EditKeyDialog apiKey={apiKey} onClose={close} />}
      <ConfirmDialog
        open={shown === 'revoke'}
        onOpenChange={close}
        title={`Revoke ${apiKey.name}?`}
        action="Revoke"
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => revoke.mutate(apiKey.id, { onSuccess: close })}
      >
        Whatever uses it stops working at once, and its open streams end. This can’t be undone.
      </ConfirmDialog>
    </div>
  )
}
