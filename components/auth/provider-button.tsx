'use client'

import { useMutation } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { toastError } from '@/components/ui/toast'
import { signInElsewhere } from '@/lib/client/session'

type Props = { name: string; next: string }

/** Goes to the other provider to sign in there. */
export function ProviderButton({ name, next }: Props) {
  const leave = useMutation({ mutationFn: () => signInElsewhere(next), onError: toastError })
  return (
    <Button busy={leave.isPending || leave.isSuccess} onClick={() => leave.mutate()}>
      <LogIn aria-hidden />
      {name}
    </Button>
  )
}

/** Why the other provider's answer let nobody in, as the server says it in the address. */
export type ProviderFailureCode = 'no_account' | 'unverified_account' | 'other'

const FAILURES = {
  no_account: {
    tone: 'warn',
    title: 'You have no account here.',
    hint: 'Ask an admin to invite the email address that you signed in with.',
  },
  unverified_account: {
    tone: 'warn',
    title: 'An account has your email address, but nobody has confirmed that it is yours.',
    hint: 'Sign in with its password if it is, or ask an admin to confirm the address.',
  },
  other: {
    tone: 'bad',
    title: 'The other provider did not let you in.',
    hint: 'Try again; the server’s log has the cause.',
  },
} as const

/** Says why the other provider's answer let nobody in. */
export function ProviderFailure({ failure }: { failure: ProviderFailureCode }) {
  const { tone, title, hint } = FAILURES[failure]
  return (
    <Notice tone={tone}>
      <p className="font-medium">{title}</p>
      <p className="mt-0.5 text-ink-muted">{hint}</p>
    </Notice>
  )
}
