'use client'

import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { type Credentials, signIn } from '@/lib/client/session'
import { ProviderButton, ProviderFailure, type ProviderFailureCode } from './provider-button'

type Props = {
  /** A path of this server. */
  next: string
  /** What the other way to sign in is called; undefined when there is none. */
  provider: string | undefined
  /** Why the other way ended here. */
  failure: ProviderFailureCode | undefined
}

/** Email and password, or another provider; goes on to `next`. */
export function SignInForm({ next, provider, failure }: Props) {
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: (credentials: Credentials) => signIn(credentials),
    // A full load: nothing that was cached for nobody may stay.
    onSuccess: () => window.location.assign(next),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    mutate({ email: String(form.get('email')), password: String(form.get('password')) })
  }
  return (
    <form onSubmit={submit} className="grid gap-5">
      <div>
        <h1 className="font-semibold text-lg">Sign in</h1>
        <p className="mt-1 text-ink-muted">Your models are waiting.</p>
      </div>
      {error && <Notice tone="bad" error={error} />}
      {!error && failure && <ProviderFailure failure={failure} />}
      <Field id="email" label="Email">
        <Input id="email" name="email" type="email" autoComplete="username" required autoFocus />
      </Field>
      <Field id="password" label="Password">
        <Input
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
      </Field>
      <Button type="submit" variant="primary" busy={isPending || isSuccess}>
        Sign in
      </Button>
      {provider && <ProviderButton name={provider} next={next} />}
    </form>
  )
}
