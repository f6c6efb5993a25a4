import type { Metadata } from 'next'
import { ActivityView } from '@/components/activity/activity-view'
import { AdminsOnly } from '@/components/shell/admins-only'
import { PageBody } from '@/components/shell/page-body'
import { currentUser } from '@/lib/api/session'

export const metadata: Metadata = { title: 'Activity' }

export default async function ActivityPage() {
  const user = await currentUser()
  return (
    <PageBody>
      {user?.role === 'admin' ? <ActivityView /> : <AdminsOnly title="Activity" />}
    </PageBody>
  )
}
