import type { Metadata } from 'next'
import Link from 'next/link'
import { SetUpForm } from '@/components/auth/set-up-form'
import { buttonClass } from '@/components/ui/button-class'
import { Notice } from '@/components/ui/notice'
import { services } from '@/lib/services'

export const metadata: Metadata = { title: 'Set up' }

type Props = { searchParams: Promise<{ token?: string | string[] }> }

export default async function SetUpPage({ searchParams }: Props) {
  const { token } = await searchParams
  const { setUp } = services().auth
  if (!(await setUp.isOpen()))
    return (
      <>
        <Notice>
          <h1 className="font-medium">Runnel is set up already.</h1>
          <p className="mt-0.5 text-ink-muted">
            Sign in with the account that was created, or ask its admin for one.
          </p>
        </Notice>
        <Link href="/sign-in" className={`${buttonClass('primary')} mt-4 w-full`}>
          Sign in
        </Link>
      </>
    )
  if (typeof token !== 'string' || !setUp.accepts(token))
    return (
      <Notice tone="warn">
        <h1 className="font-medium">This set-up link is not valid any more.</h1>
        <p className="mt-0.5 text-ink-muted">
          Each start of the server prints a new one. Open the link from its latest output.
        </p>
      </Notice>
    )
  return <SetUpForm token={token} />
}
