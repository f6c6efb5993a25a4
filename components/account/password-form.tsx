'use client'

import type { FormEvent } from 'react'
import { NewPasswordField } from '@/components/auth/new-password-field'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Panel } from '@/components/ui/panel'
import { toastDone } from '@/components/ui/toast'
import { ClientError } from '@/lib/client/client-error'
import { useChangePassword } from '@/lib/client/own-account'

/** Changes one's own password. */
export function PasswordForm({ email }: { email: string }) {
  const change = useChangePassword()
  const { error } = change
  const wrong = error instanceof ClientError && error.param === 'current'
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const target = event.currentTarget
    const form = new FormData(target)
    change.mutate(
      { current: String(form.get('current')), next: String(form.get('next')) },
      {
        onSuccess: () => {
          target.reset()
          toastDone('Your password is changed. Your other sessions have ended.')
        },
      },
    )
  }
  return (
    <Panel title="Password">
      <form onSubmit={submit} className="grid gap-4 p-4">
        {error && !wrong && <Notice tone="bad" error={error} />}
        {/* Password managers want to know whose password it is. */}
        <input type="hidden" name="username" value={email} autoComplete="username" />
        <Field id="current" label="Current password" error={wrong ? error.message : undefined}>
          <Input
            id="current"
            name="current"
            type="password"
            required
            autoComplete="current-password"
            aria-invalid={wrong || undefined}
            aria-describedby="current-note"
          />
        </Field>
        <NewPasswordField id="next" label="New password" hint="Your other sessions end." />
        <Button type="submit" className="justify-self-start" busy={change.isPending}>
          Change password
        </Button>
      </form>
    </Panel>
  )
}
