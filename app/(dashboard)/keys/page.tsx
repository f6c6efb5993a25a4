import type { Metadata } from 'next'
import { KeysView } from '@/components/keys/keys-view'
import { PageBody } from '@/components/shell/page-body'
import { currentUser } from '@/lib/api/session'

export const metadata: Metadata = { title: 'Keys' }

export default async function KeysPage() {
  const user = await currentUser()
  return (
    <PageBody>
      <KeysView isAdmin={user?.role === 'admin'} />
    </PageBody>
  )
}
