import { FlowPanel } from '@/components/overview/flow-panel'
import { HourPanel } from '@/components/overview/hour-panel'
import { InstalledPanel } from '@/components/overview/installed-panel'
import { MemoryPanel } from '@/components/overview/memory-panel'
import { PageBody } from '@/components/shell/page-body'
import { PageHeader } from '@/components/shell/page-header'

export default function OverviewPage() {
  return (
    <PageBody>
      <PageHeader title="Overview" />
      <FlowPanel />
      <HourPanel />
      <div className="grid gap-7 lg:grid-cols-2">
        <MemoryPanel />
        <InstalledPanel />
      </div>
    </PageBody>
  )
}
