import { CloudOff } from 'lucide-react'
import { usePathname } from 'next/navigation'
import type { ConnectionStatus } from '@/lib/client/live/sse-connection'

type Props = {
  status: ConnectionStatus
  /** Since when what is shown may be out of date (ms since 1970); null when that is not known. */
  staleSince: number | null
}

/** Says why nothing comes from the server any more, and what to do where that is up to the reader. */
export function ConnectionNote({ status, staleSince }: Props) {
  const path = usePathname()
  const isSignedOut = status.kind === 'refused' && status.status === 401
  return (
    <p className="mb-5 flex items-center gap-2.5 rounded-md border border-bad/40 bg-bad-soft px-3 py-2.5">
      <CloudOff aria-hidden className="size-4 shrink-0 text-bad-ink" />
      <span>
        {reasonOf(status, isSignedOut)}
        {staleSince !== null && ` What you see is from ${clock(staleSince)}.`}
        {isSignedOut && (
          <>
            {' '}
            {/* A full load: what was cached for this session must not stay. */}
            <a href={`/sign-in?next=${encodeURIComponent(path)}`} className="underline">
              Sign in again
            </a>
          </>
        )}
      </span>
    </p>
  )
}

function reasonOf(status: ConnectionStatus, isSignedOut: boolean): string {
  if (isSignedOut) return 'Your session has ended.'
  return status.kind === 'refused' ? status.message : 'Runnel does not answer.'
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en', {
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
}
