import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SignInForm } from '@/components/auth/sign-in-form'
import { currentUser } from '@/lib/session'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export default async function SignInPage({ searchParams }: Props) {
  const { next } = await searchParams
  const target = typeof next === 'string' ? ownPath(next) : '/'
  if (await currentUser()) redirect(target)
  return <SignInForm next={target} />
}

/** Only a path of this server: an address elsewhere would turn the sign-in page into a trap. */
function ownPath(next: string): string {
  return /^\/(?![/\\])/.test(next) ? next : '/'
}
