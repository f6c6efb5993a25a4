import { useRouter } from 'next/navigation'
import { useCallback } from 'react'
import { toastError } from '@/components/ui/toast'
import { ClientError } from '@/lib/client/client-error'
import { useFeedStatus } from '@/lib/client/feeds'

/**
 * Leads to a page of the dashboard. When the server seems to be gone it is asked first: Next would leave the
 * dashboard, and what it last knew, for the browser's own error page.
 */
export function useGo(): { go: (href: string) => void; unsure: boolean } {
  const router = useRouter()
  const unsure = useFeedStatus().kind === 'reconnecting'
  const go = useCallback(
    (href: string) => {
      if (!unsure) return router.push(href)
      fetch('/healthz').then(
        () => router.push(href),
        (cause) => toastError(ClientError.unreachable(cause)),
      )
    },
    [router, unsure],
  )
  return { go, unsure }
}
