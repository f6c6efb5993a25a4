'use client'

import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { IconButton } from '@/components/ui/icon-button'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Its name for screen readers; the content brings its own heading. */
  title: string
  side: 'left' | 'right'
  children: ReactNode
}

/** A column of a wide page, as a window over the edge of a narrow one. */
export function SideSheet({ open, onOpenChange, title, side, children }: Props) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-appear bg-veil" />
        <Primitive.Content
          aria-describedby={undefined}
          className={cn(
            'fixed inset-y-0 z-40 flex w-[min(20rem,calc(100vw-3rem))] animate-appear flex-col bg-surface pb-[env(safe-area-inset-bottom)] shadow-elevated',
            side === 'left' ? 'left-0 border-r' : 'right-0 border-l',
          )}
        >
          <Primitive.Title className="sr-only">{title}</Primitive.Title>
          {children}
          <Primitive.Close asChild>
            <IconButton icon={X} label="Close" className="absolute top-1.5 right-1.5" />
          </Primitive.Close>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
