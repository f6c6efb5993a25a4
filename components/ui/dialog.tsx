'use client'

import { X } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { cn } from './cn'
import { IconButton } from './icon-button'
import { Modal } from './modal'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  /** For what needs more than a few fields. */
  wide?: boolean
  children: ReactNode
}

/** A window with a title. Escape, the cross and a click beside it close it. */
export function Dialog({ open, onOpenChange, title, description, wide, children }: Props) {
  const id = useId()
  if (!open) return null
  const close = () => onOpenChange(false)
  return (
    <Modal
      onClose={close}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      className={cn(
        'm-auto h-fit max-h-[92dvh] w-full overflow-hidden border max-sm:mb-0 max-sm:rounded-t-md sm:w-[calc(100vw-2rem)] sm:rounded-md',
        wide ? 'sm:max-w-2xl' : 'sm:max-w-md',
      )}
    >
      <div className="flex max-h-[92dvh] flex-col">
        <header className="pt-4 pr-14 pb-3 pl-5">
          <h2 id={`${id}-title`} className="break-words font-semibold text-lg">
            {title}
          </h2>
          {description && (
            <div id={`${id}-description`} className="mt-1 break-words text-ink-muted">
              {description}
            </div>
          )}
        </header>
        <div className="min-h-0 overflow-y-auto px-5 pt-0.5 pb-5">{children}</div>
        {/* Last, so that the focus starts at what the dialog is about. */}
        <IconButton
          icon={X}
          label="Close"
          data-leaves
          onClick={close}
          className="absolute top-3 right-3"
        />
      </div>
    </Modal>
  )
}

/** The buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="mt-5 flex flex-wrap justify-end gap-2 max-sm:[&>button]:flex-1">{children}</div>
  )
}
