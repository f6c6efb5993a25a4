'use client'

import { useRouter } from 'next/navigation'
import type { FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Panel } from '@/components/ui/panel'
import { toastDone } from '@/components/ui/toast'
import { useRename } from '@/lib/client/own-account'

type Props = { name: string; email: string }

/** What one is called here. */
export function NameForm({ name, email }: Props) {
  const rename = useRename()
  const router = useRouter()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = String(new FormData(event.currentTarget).get('name'))
    rename.mutate(given, {
      onSuccess: () => {
        toastDone('Your name is changed.')
        // The rail is rendered by the server.
        router.refresh()
      },
    })
  }
  return (
    <Panel title="You">
      <form onSubmit={submit} className="grid gap-4 p-4">
        {rename.error && <Notice tone="bad" error={rename.error} />}
        <Field id="own-name" label="Name" hint={`You sign in with ${email}.`}>
          <Input
            id="own-name"
            name="name"
            defaultValue={name}
            required
            maxLength={100}
            autoComplete="name"
          />
        </Field>
        <Button type="submit" className="justify-self-start" busy={rename.isPending}>
          Save
        </Button>
      </form>
    </Panel>
  )
}
