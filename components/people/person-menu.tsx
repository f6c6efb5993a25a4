'use client'

import { CircleSlash, Ellipsis, KeySquare, LogOut, ShieldCheck, Trash2, User } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, type MenuItem } from '@/components/ui/menu'
import { toastError } from '@/components/ui/toaster'
import { plural } from '@/lib/client/format'
import {
  type Person,
  useCreateResetLink,
  useDeletePerson,
  useSignOutPerson,
  useUpdatePerson,
} from '@/lib/client/people'
import { LinkDialog } from './link-dialog'

type Props = { person: Person; isSelf: boolean }

/** What an admin can do with an account. */
export function PersonMenu({ person, isSelf }: Props) {
  const [asking, setAsking] = useState<'close' | 'delete' | null>(null)
  const update = useUpdatePerson()
  const remove = useDeletePerson()
  const reset = useCreateResetLink()
  const done = () => setAsking(null)
  const items = useItems({ person, isSelf, reset, update, ask: setAsking })
  return (
    <div>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`More about ${person.name}`} />}
        items={items}
      />
      {reset.data && (
        <LinkDialog
          title={`A new password for ${person.name}`}
          url={reset.data.url}
          onClose={() => reset.reset()}
        >
          Give this link to {person.name}. It works once, within a day, and ends their sessions.
        </LinkDialog>
      )}
      <ConfirmDialog
        open={asking === 'close'}
        onOpenChange={done}
        title={`Close the account of ${person.name}?`}
        action="Close account"
        busy={update.isPending}
        error={update.error}
        onConfirm={() => update.mutate({ id: person.id, disabled: true }, { onSuccess: done })}
      >
        Their sessions and streams end at once, and their keys stop working. You can open it again.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={done}
        title={`Delete ${person.name}?`}
        action="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(person.id, { onSuccess: done })}
      >
        Their conversations and {plural(person.keys, 'key')} go with them. Models stay. This can’t
        be undone.
      </ConfirmDialog>
    </div>
  )
}

type ItemsInput = Props & {
  reset: ReturnType<typeof useCreateResetLink>
  update: ReturnType<typeof useUpdatePerson>
  ask: (what: 'close' | 'delete') => void
}

function useItems({ person, isSelf, reset, update, ask }: ItemsInput): MenuItem[] {
  const signOut = useSignOutPerson()
  const { id, name, role, disabled } = person
  const change = (body: { role?: 'admin' | 'user'; disabled?: boolean }) =>
    update.mutate({ id, ...body }, { onError: toastError })
  const endSessions = () =>
    signOut.mutate(id, {
      onSuccess: (ended) => toast.success(`${plural(ended, 'session')} of ${name} ended.`),
      onError: toastError,
    })
  return [
    role === 'admin'
      ? { label: 'Make a user', icon: User, onSelect: () => change({ role: 'user' }) }
      : { label: 'Make an admin', icon: ShieldCheck, onSelect: () => change({ role: 'admin' }) },
    {
      label: 'Link for a new password',
      icon: KeySquare,
      onSelect: () => reset.mutate(id, { onError: toastError }),
    },
    { label: 'Sign out everywhere', icon: LogOut, onSelect: endSessions },
    disabled
      ? { label: 'Open account', icon: User, onSelect: () => change({ disabled: false }) }
      : {
          label: 'Close account',
          icon: CircleSlash,
          startsGroup: true,
          danger: true,
          disabled: isSelf,
          onSelect: () => ask('close'),
        },
    {
      label: 'Delete',
      icon: Trash2,
      danger: true,
      disabled: isSelf,
      onSelect: () => ask('delete'),
    },
  ]
}
