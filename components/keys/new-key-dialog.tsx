'use client'

import type { FormEvent } from 'react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import { SCOPES } from '@/lib/auth/constants'
import { useCreateKey } from '@/lib/client/keys'
import { SCOPE_WORDS } from './key-words'
import { LimitFields, limitsOf } from './limit-fields'
import { NewKeyReady } from './new-key-ready'

const DAY_MS = 86_400_000
const LIFETIMES = [
  { value: '0', label: 'Never' },
  { value: '7', label: 'In a week' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
]

type Props = { isAdmin: boolean; onClose: () => void }

/** Makes a key, and shows it once. */
export function NewKeyDialog({ isAdmin, onClose }: Props) {
  const create = useCreateKey()
  const made = create.data
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={made ? `Key ${made.name} created` : 'Create key'}
      description={made ? undefined : 'For programs that call the API, each with one of its own.'}
    >
      {made ? (
        <NewKeyReady value={made.key} onClose={onClose} />
      ) : (
        <Form isAdmin={isAdmin} create={create} onClose={onClose} />
      )}
    </Dialog>
  )
}

type FormProps = Props & { create: ReturnType<typeof useCreateKey> }

function Form({ isAdmin, create, onClose }: FormProps) {
  const [days, setDays] = useState('0')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    create.mutate({
      name: String(form.get('name')),
      scopes: SCOPES.filter((scope) => form.has(scope)),
      expires_at: days === '0' ? null : Date.now() + Number(days) * DAY_MS,
      ...limitsOf(form),
    })
  }
  return (
    <form onSubmit={submit} className="grid gap-5">
      {create.error && <Notice tone="bad" error={create.error} />}
      <div className="grid items-start gap-4 sm:grid-cols-[1fr_12rem]">
        <Field id="key-name" label="Name" hint="Where it is used, such as “home assistant”.">
          <Input id="key-name" name="name" required maxLength={100} autoFocus autoComplete="off" />
        </Field>
        <Field id="key-lifetime" label="Expires">
          <Select
            id="key-lifetime"
            label="Expires"
            value={days}
            onChange={setDays}
            options={LIFETIMES}
          />
        </Field>
      </div>
      <ScopeFields isAdmin={isAdmin} />
      <LimitFields />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={create.isPending}>
          Create key
        </Button>
      </DialogActions>
    </form>
  )
}

function ScopeFields({ isAdmin }: { isAdmin: boolean }) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">What it may do</legend>
      <div className="grid gap-x-6 sm:grid-cols-2">
        {SCOPES.filter((scope) => isAdmin || scope !== 'admin').map((scope) => (
          <Checkbox
            key={scope}
            name={scope}
            label={<span className="numeric text-xs">{scope}</span>}
            detail={SCOPE_WORDS[scope]}
            defaultChecked={scope === 'infer' || scope === 'models:read'}
          />
        ))}
      </div>
    </fieldset>
  )
}
