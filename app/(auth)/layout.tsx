import type { ReactNode } from 'react'
import { Logo } from '@/components/ui/logo'

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-90">
        <p className="mb-8 flex items-center gap-2.5 font-semibold text-lg">
          <Logo className="size-6" />
          Runnel
        </p>
        {children}
      </div>
    </main>
  )
}
