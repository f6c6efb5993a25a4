import { Waves } from 'lucide-react'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'

/** What stands where no page is. */
export function NoPage() {
  return (
    <EmptyState
      icon={Waves}
      title="There is no page at this address."
      isPage
      action={
        // No link of Next's: every page carries what this one needs.
        <a href="/" className={buttonClass('primary')}>
          Go to the overview
        </a>
      }
    >
      It may have been moved, or what it showed was deleted.
    </EmptyState>
  )
}
