import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { FeedsProvider } from '@/components/shell/feeds-provider'
import { PaletteProvider } from '@/components/shell/palette-context'
import { Rail } from '@/components/shell/rail'
import { currentUser } from '@/lib/api/session'

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const user = await currentUser()
  if (!user) redirect('/sign-in')
  return (
    <FeedsProvider>
      <PaletteProvider role={user.role}>
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:rounded-md focus:border focus:bg-surface focus:px-3 focus:py-2"
        >
          Skip to the page
        </a>
        <Rail user={{ name: user.name, email: user.email, role: user.role }} />
        <main id="main" className="max-sm:pb-[calc(3.5rem+env(safe-area-inset-bottom))] sm:pl-55">
          {children}
        </main>
      </PaletteProvider>
    </FeedsProvider>
  )
}
