'use client'

import {
  CircleSlash,
  Ellipsis,
  KeySquare,
  LogOut,
  MailCheck,
  ShieldCheck,
  Trash2,
  User,
} from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, type MenuItem } from '@/components/ui/menu'
import { toastDone, toastError } from '@/components/ui/toast'
import { plural } from '@/lib/client/format'
import {
  type Person,
  useCreateResetLink,
  useSignOutPerson,
  useUpdatePerson,
} from '@/lib/client/people'
import { LinkDialog } from './link-dialog'
import { PersonDialogs, type Question } from './person-dialogs'

type Props = { person: Person; isSelf: boolean }

/** What an admin can do with an account. */
export function PersonMenu({ person, isSelf }: Props) {
  const [asking, setAsking] = useState<Question | null>(null)
  const update = useUpdatePerson()
  const reset = useCreateResetLink()
  const items = useItems({ person, isSelf, reset, update, ask: setAsking })
  return (
    <div>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={`Options for “${person.name}”`} />}
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
      <PersonDialogs person={person} asking={asking} onDone={() => setAsking(null)} />
    </div>
  )
}

type ItemsInput = Props & {
  reset: ReturnType<typeof useCreateResetLink>
  update: ReturnType<typeof useUpdatePerson>
  ask: (what: Question) => void
}

function useItems({ person, isSelf, reset, update, ask }: ItemsInput): MenuItem[] {
  const signOut = useSignOutPerson()
  const { id, name, role, disabled } = person
  const change = (body: { role?: 'admin' | 'user'; disabled?: boolean }) =>
    update.mutate({ id, ...body }, { onError: toastError })
  const endSessions = () =>
    signOut.mutate(id, {
      onSuccess: (ended) => toastDone(`${plural(ended, 'session')} of ${name} ended.`),
      onError: toastError,
    })
  const confirmation = {
    label: 'Confirm email address',
    icon: MailCheck,
    onSelect: () =>
      update.mutate(
        { id, email_verified: true },
        { onSuccess: () => toastDone(`${person.email} is confirmed.`), onError: toastError },
      ),
  }
  return [
    role === 'admin'
      ? { label: 'Change role to user', icon: User, onSelect: () => change({ role: 'user' }) }
      : {
          label: 'Change role to admin',
          icon: ShieldCheck,
          onSelect: () => change({ role: 'admin' }),
        },
    {
      label: 'Link for a new password',
      icon: KeySquare,
      onSelect: () => reset.mutate(id, { onError: toastError }),
    },
    { label: 'Sign out everywhere', icon: LogOut, onSelect: endSessions },
    ...(person.email_verified ? [] : [confirmation]),
    disabled
      ? { label: 'Enable account', icon: User, onSelect: () => change({ disabled: false }) }
      : {
          label: 'Disable account',
          icon: CircleSlash,
          startsGroup: true,
          danger: true,
          disabled: isSelf,
          onSelect: () => ask('disable'),
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
