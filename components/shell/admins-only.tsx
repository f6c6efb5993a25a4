import { Lock } from 'lucide-react'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from './page-header'

/** What stands in the place of a page that only admins see. */
export function AdminsOnly({ title }: { title: string }) {
  return (
    <>
      <PageHeader title={title} />
      <EmptyState icon={Lock} title="Only admins see this page.">
        Ask an admin of this server if you need something from here.
      </EmptyState>
    </>
  )
}
