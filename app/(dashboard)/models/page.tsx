import type { Metadata } from 'next'
import { Suspense } from 'react'
import { DownloadPanel } from '@/components/models/download-panel'
import { HubPanel } from '@/components/models/hub-panel'
import { InstalledList } from '@/components/models/installed-list'
import { OrphansNotice } from '@/components/models/orphans-notice'
import { PageBody } from '@/components/shell/page-body'
import { PageHeader } from '@/components/shell/page-header'

export const metadata: Metadata = { title: 'Models' }

export default function ModelsPage() {
  return (
    <PageBody>
      <PageHeader title="Models" searches />
      <Suspense>
        <HubPanel />
      </Suspense>
      <DownloadPanel />
      <InstalledList />
      <OrphansNotice />
    </PageBody>
  )
}
