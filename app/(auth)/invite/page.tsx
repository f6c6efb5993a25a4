import type { Metadata } from 'next'
import { InviteForm } from '@/components/account/invite-form'
import { Notice } from '@/components/ui/notice'
import { services } from '@/lib/services'

export const metadata: Metadata = { title: 'Your link' }

type Props = { searchParams: Promise<{ token?: string | string[] }> }

export default async function InvitePage({ searchParams }: Props) {
  const { token } = await searchParams
  const invite = typeof token === 'string' ? await services().auth.invites.find(token) : null
  if (typeof token !== 'string' || !invite)
    return (
      <Notice tone="warn">
        <h1 className="font-medium">This link is not valid any more.</h1>
        <p className="mt-0.5 text-ink-muted">
          It may have been used, or be too old. Ask an admin for a new one.
        </p>
      </Notice>
    )
  return <InviteForm token={token} email={invite.email} isReset={invite.user_id !== null} />
}
