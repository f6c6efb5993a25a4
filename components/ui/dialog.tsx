'use client'

import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { IconButton } from './icon-button'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  /** For what needs more than a few fields. */
  wide?: boolean
  children: ReactNode
}

/** A window over the page. Escape, the cross and a click beside it close it; the focus goes back to where it was. */
export function Dialog({ open, onOpenChange, title, description, wide, children }: Props) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-appear bg-veil" />
        <Primitive.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cn(
            'fixed inset-x-0 bottom-0 z-40 flex max-h-[92dvh] animate-appear flex-col border bg-surface shadow-elevated max-sm:rounded-t-md',
            'sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-md',
            wide ? 'sm:max-w-2xl' : 'sm:max-w-md',
          )}
        >
          <header className="pt-4 pr-14 pb-3 pl-5">
            <Primitive.Title className="break-words font-semibold text-lg">{title}</Primitive.Title>
            {description && (
              <Primitive.Description asChild>
                <div className="mt-1 text-ink-muted">{description}</div>
              </Primitive.Description>
            )}
          </header>
          <div className="min-h-0 overflow-y-auto px-5 pb-5">{children}</div>
          {/* Last, so that the focus starts at what the dialog is about. */}
          <Primitive.Close asChild>
            <IconButton icon={X} label="Close" className="absolute top-3 right-3" />
          </Primitive.Close>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** The buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="mt-5 flex flex-wrap justify-end gap-2 max-sm:[&>button]:flex-1">{children}</div>
  )
}
