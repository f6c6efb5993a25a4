'use client'

import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import { useCreateInvite } from '@/lib/client/people'
import { LinkDialog } from './link-dialog'

const ROLES = [
  { value: 'user', label: 'User', detail: 'chats, own keys, models' },
  { value: 'admin', label: 'Admin', detail: 'also people and all keys' },
]

/** Makes a one-time link to a new account. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateInvite()
  if (create.data)
    return (
      <LinkDialog title="The invite is ready" url={create.data.url} onClose={onClose}>
        Send this link yourself. Whoever opens it first makes the account; it works once, within a
        week.
      </LinkDialog>
    )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Invite somebody"
      description="You get a link to send. Nothing is mailed."
    >
      <Form create={create} onClose={onClose} />
    </Dialog>
  )
}

type FormProps = { create: ReturnType<typeof useCreateInvite>; onClose: () => void }

function Form({ create, onClose }: FormProps) {
  const [role, setRole] = useState<'admin' | 'user'>('user')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const email = String(new FormData(event.currentTarget).get('email')).trim()
    create.mutate({ role, email: email || null })
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      {create.error && <Notice tone="bad" error={create.error} />}
      <Field
        id="invite-email"
        label="Email"
        hint="The account gets this address. Leave it empty to let them choose."
      >
        <Input id="invite-email" name="email" type="email" autoComplete="off" autoFocus />
      </Field>
      <Field id="invite-role" label="Role">
        <Select
          id="invite-role"
          label="Role"
          value={role}
          onChange={(value) => setRole(value === 'admin' ? 'admin' : 'user')}
          options={ROLES}
        />
      </Field>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={create.isPending}>
          Make link
        </Button>
      </DialogActions>
    </form>
  )
}
