'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { type ReactNode, useState } from 'react'
import { Toaster } from '@/components/ui/toaster'
import { TooltipLayer } from '@/components/ui/tooltip'
import { createQueryClient } from '@/lib/client/query-client'

type Props = {
  /** What the content security policy lets inline scripts run by. */
  nonce: string | undefined
  children: ReactNode
}

/** What every page needs around it: theme, cache, tips and toasts. */
export function Providers({ nonce, children }: Props) {
  const [queryClient] = useState(() =>
    createQueryClient({
      onSignedOut: () =>
        window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname)}`),
    }),
  )
  return (
    <ThemeProvider attribute="class" defaultTheme="system" disableTransitionOnChange nonce={nonce}>
      <QueryClientProvider client={queryClient}>
        {children}
        <TooltipLayer />
        <Toaster />
      </QueryClientProvider>
    </ThemeProvider>
  )
}
