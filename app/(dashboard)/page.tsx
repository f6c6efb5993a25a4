import { PageBody, PageHeader } from '@/components/shell/page-header'

export default function OverviewPage() {
  return (
    <PageBody>
      <PageHeader title="Overview" />
    </PageBody>
  )
}
