'use client'

import { useMutation } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { toastError } from '@/components/ui/toast'
import { signInElsewhere } from '@/lib/client/accounts'

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

/** Says why the other provider's answer let nobody in. */
export function ProviderFailure({ failure }: { failure: 'no_account' | 'other' }) {
  return failure === 'no_account' ? (
    <Notice tone="warn">
      <p className="font-medium">You have no account here.</p>
      <p className="mt-0.5 text-ink-muted">
        Ask an admin to invite the email address that you signed in with.
      </p>
    </Notice>
  ) : (
    <Notice tone="bad">
      <p className="font-medium">The other provider did not let you in.</p>
      <p className="mt-0.5 text-ink-muted">Try again; the server’s log has the cause.</p>
    </Notice>
  )
}
