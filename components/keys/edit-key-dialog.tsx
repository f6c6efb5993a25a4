'use client'

import type { FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { type ListedKey, useUpdateKey } from '@/lib/client/keys'
import { LimitFields, limitsOf } from './limit-fields'

type Props = { apiKey: ListedKey; onClose: () => void }

/** Renames a key and changes its limits. */
export function EditKeyDialog({ apiKey, onClose }: Props) {
  const update = useUpdateKey()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    update.mutate(
      { id: apiKey.id, name: String(form.get('name')), ...limitsOf(form) },
      { onSuccess: onClose },
    )
  }
  return (
    <Dialog open wide onOpenChange={onClose} title={`Change ${apiKey.name}`}>
      <form onSubmit={submit} className="grid gap-5">
        {update.error && <Notice tone="bad" error={update.error} />}
        <Field id="edit-name" label="Name">
          <Input
            id="edit-name"
            name="name"
            required
            maxLength={100}
            defaultValue={apiKey.name}
            autoComplete="off"
          />
        </Field>
        <LimitFields limits={apiKey} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={update.isPending}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
