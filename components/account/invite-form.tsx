'use client'

import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { NewPasswordField } from '@/components/auth/new-password-field'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { ClientError } from '@/lib/client/client-error'
import { acceptAndSignIn } from '@/lib/client/own-account'

type Props = {
  token: string
  /** Set when the link is good for one address only. */
  email: string | null
  /** Whether it leads to a new password, not to a new account. */
  isReset: boolean
}

/** What somebody fills in who opens a one-time link. */
export function InviteForm({ token, email, isReset }: Props) {
  const accept = useMutation({
    mutationFn: acceptAndSignIn,
    onSuccess: () => window.location.assign('/'),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const read = (name: string) => form.get(name)?.toString() || undefined
    accept.mutate({
      token,
      name: read('name'),
      email: email ?? read('email'),
      password: read('password') ?? '',
    })
  }
  const { error } = accept
  const wrong = error instanceof ClientError ? error.param : null
  return (
    <form onSubmit={submit} className="grid gap-5">
      <Heading
        title={isReset ? 'Choose a new password' : 'Create your account'}
        detail={isReset ? `For ${email}. Your sessions elsewhere end.` : 'This link works once.'}
      />
      {error && wrong !== 'email' && <Notice tone="bad" error={error} />}
      {!isReset && (
        <Field id="name" label="Name">
          <Input id="name" name="name" autoComplete="name" required maxLength={100} autoFocus />
        </Field>
      )}
      <EmailField email={email} error={wrong === 'email' ? error?.message : undefined} />
      <NewPasswordField
        id="password"
        label={isReset ? 'New password' : 'Password'}
        hint="A few words are easier to remember."
      />
      <Button type="submit" variant="primary" busy={accept.isPending || accept.isSuccess}>
        {isReset ? 'Set password' : 'Create account'}
      </Button>
    </form>
  )
}

function Heading({ title, detail }: { title: string; detail: string }) {
  return (
    <div>
      <h1 className="font-semibold text-lg">{title}</h1>
      <p className="mt-1 text-ink-muted">{detail}</p>
    </div>
  )
}

function EmailField({ email, error }: { email: string | null; error: string | undefined }) {
  return (
    <Field id="email" label="Email" error={error}>
      <Input
        id="email"
        name="email"
        type="email"
        autoComplete="username"
        required
        readOnly={email !== null}
        defaultValue={email ?? ''}
        aria-describedby="email-note"
      />
    </Field>
  )
}
