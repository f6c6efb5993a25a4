'use client'

import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { IconButton } from '@/components/ui/icon-button'
import { Modal } from '@/components/ui/modal'

export type SheetProps = {
  onOpenChange: (open: boolean) => void
  /** Its name for screen readers; the content brings its own heading. */
  title: string
  side: 'left' | 'right'
  children: ReactNode
}

/** A column of a wide page, as a window over the edge of a narrow one. */
export default function Sheet({ onOpenChange, title, side, children }: SheetProps) {
  const close = () => onOpenChange(false)
  return (
    <Modal
      onClose={close}
      aria-label={title}
      className={cn(
        'h-dvh max-h-none w-[min(20rem,calc(100vw-3rem))] pb-[env(safe-area-inset-bottom)]',
        side === 'left' ? 'mr-auto border-r' : 'ml-auto border-l',
      )}
    >
      <div className="flex h-full flex-col">
        {children}
        <IconButton
          icon={X}
          label="Close"
          data-leaves
          onClick={close}
          className="absolute top-1.5 right-1.5"
        />
      </div>
    </Modal>
  )
}
