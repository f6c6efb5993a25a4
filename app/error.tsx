'use client'

import { ErrorState } from '@/components/ui/error-state'

type Props = { error: Error & { digest?: string }; reset: () => void }

export default function PageError({ error, reset }: Props) {
  const shown = Object.assign(new Error('This page could not be shown.'), {
    hint: error.digest
      ? `Try again. If it stays, the server's log has the cause under ${error.digest}.`
      : 'Try again, or reload the page.',
  })
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorState error={shown} onRetry={reset} />
    </main>
  )
}
