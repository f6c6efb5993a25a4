'use client'

import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { ClientError } from '@/lib/client/client-error'
import { setUpAndSignIn } from '@/lib/client/session'
import { NewPasswordField } from './new-password-field'

const FIELDS = ['name', 'email', 'password']

/** Creates the first account, the admin, with the token of the one-time link. */
export function SetUpForm({ token }: { token: string }) {
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: setUpAndSignIn,
    onSuccess: () => window.location.assign('/'),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [name = '', email = '', password = ''] = FIELDS.map((field) => String(form.get(field)))
    mutate({ token, name, email, password })
  }
  const wrong = error instanceof ClientError ? error.param : null
  const noteFor = (field: string) => (wrong === field ? error?.message : undefined)
  return (
    <form onSubmit={submit} className="grid gap-5">
      <div>
        <h1 className="font-semibold text-lg">Create the admin account</h1>
        <p className="mt-1 text-ink-muted">
          You are the first one here. This account manages models, keys and people.
        </p>
      </div>
      {error && !(wrong && FIELDS.includes(wrong)) && <Notice tone="bad" error={error} />}
      <Field id="name" label="Name" error={noteFor('name')}>
        <Input id="name" name="name" autoComplete="name" required maxLength={100} autoFocus />
      </Field>
      <Field id="email" label="Email" error={noteFor('email')}>
        <Input id="email" name="email" type="email" autoComplete="username" required />
      </Field>
      <NewPasswordField
        id="password"
        label="Password"
        hint="A few words are easier to remember."
        error={noteFor('password')}
      />
      <Button type="submit" variant="primary" busy={isPending || isSuccess}>
        Create account
      </Button>
    </form>
  )
}
