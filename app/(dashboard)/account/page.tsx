import type { Metadata } from 'next'
import { NameForm } from '@/components/account/name-form'
import { PasswordForm } from '@/components/account/password-form'
import { SessionsPanel } from '@/components/account/sessions-panel'
import { PageBody } from '@/components/shell/page-body'
import { PageHeader } from '@/components/shell/page-header'
import { currentUser } from '@/lib/api/session'

export const metadata: Metadata = { title: 'Account' }

export default async function AccountPage() {
  const user = await currentUser()
  return (
    <PageBody>
      <PageHeader title="Account" />
      {user && (
        <div className="grid items-start gap-7 lg:grid-cols-2">
          <NameForm name={user.name} email={user.email} />
          {user.hasPassword && <PasswordForm email={user.email} />}
        </div>
      )}
      <SessionsPanel />
    </PageBody>
  )
}
