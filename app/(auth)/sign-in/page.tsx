import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import type { ProviderFailureCode } from '@/components/auth/provider-button'
import { SignInForm } from '@/components/auth/sign-in-form'
import { currentUser } from '@/lib/api/session'
import { services } from '@/lib/services'

export const metadata: Metadata = { title: 'Sign in' }

type Props = { searchParams: Promise<{ next?: string | string[]; error?: string | string[] }> }

export default async function SignInPage({ searchParams }: Props) {
  const { next, error } = await searchParams
  const target = typeof next === 'string' ? ownPath(next) : '/'
  if (await currentUser()) redirect(target)
  const provider = services().config.oidc?.name
  return <SignInForm next={target} provider={provider} failure={failureOf(error)} />
}

/** Why the way through another provider ended here. */
function failureOf(error: string | string[] | undefined): ProviderFailureCode | undefined {
  if (error === undefined) return undefined
  return error === 'no_account' || error === 'unverified_account' ? error : 'other'
}

/** Only a path of this server: an address elsewhere would turn the sign-in page into a trap. */
function ownPath(next: string): string {
  // Asked of the parser that the browser has too: it leaves out tabs and takes backslashes for slashes.
  const here = 'http://here.invalid'
  if (!URL.canParse(next, here)) return '/'
  const { origin, pathname, search, hash } = new URL(next, here)
  return origin === here ? `${pathname}${search}${hash}` : '/'
}
