import type { Metadata } from 'next'
import { PeopleView } from '@/components/people/people-view'
import { AdminsOnly } from '@/components/shell/admins-only'
import { PageBody } from '@/components/shell/page-body'
import { currentUser } from '@/lib/api/session'

export const metadata: Metadata = { title: 'People' }

export default async function PeoplePage() {
  const user = await currentUser()
  return (
    <PageBody>
      {user?.role === 'admin' ? <PeopleView selfId={user.id} /> : <AdminsOnly title="People" />}
    </PageBody>
  )
}
