'use client'

import type { LucideIcon } from 'lucide-react'
import {
  type ComponentProps,
  cloneElement,
  type ReactElement,
  type ReactNode,
  useId,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'
import { cn } from './cn'
import { itemsOf, moveFocus } from './menu-keys'
import { MenuRow } from './menu-row'

export type MenuItem = {
  label: string
  icon?: LucideIcon
  onSelect: () => void
  disabled?: boolean
  danger?: boolean
  /** A quieter part at the end of the row, such as a shortcut. */
  detail?: string
  /** Shown only where the rail is a bar at the bottom. */
  phoneOnly?: boolean
  /** Draws a line above it. */
  startsGroup?: boolean
}

type Props = {
  /** The button that opens it; it needs a name of its own. */
  trigger: ReactElement<ComponentProps<'button'>>
  items: readonly MenuItem[]
  /** What stands above the items. */
  heading?: ReactNode
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
}

/** Where it stands beside its button, which is its anchor; `globals.css` has what happens where that has no room. */
const AREAS = {
  'bottom start': '[position-area:bottom_span-right]',
  'bottom end': '[position-area:bottom_span-left]',
  'top start': '[position-area:top_span-right]',
  'top end': '[position-area:top_span-left]',
}

/**
 * What can be done with something, behind one button. It opens in the browser's top layer, which closes it on
 * Escape and on a click elsewhere, and keeps it beside the button; arrows, Home, End and first letters move in it.
 * @see docs/decisions/11-menus-and-messages.md
 */
export function Menu({ trigger, items, heading, align = 'end', side = 'bottom' }: Props) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const choose = (item: MenuItem) => {
    list.current?.hidePopover()
    // Before a dialog opens, so that it gives the focus back to the button.
    button.current?.focus()
    item.onSelect()
  }
  return (
    <>
      {cloneElement(trigger, {
        ref: button,
        id: `${id}-button`,
        popoverTarget: id,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown' || isOpen) return
          event.preventDefault()
          // Not `showPopover`, which knows no button that would be the anchor.
          button.current?.click()
        },
      })}
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-labelledby={`${id}-button`}
        // The items must be there when it is shown, and only then.
        onBeforeToggle={({ newState }) => newState === 'open' && flushSync(() => setOpen(true))}
        onToggle={({ newState }) =>
          newState === 'open' ? itemsOf(list.current)[0]?.focus() : setOpen(false)
        }
        onKeyDown={(event) => {
          if (event.key === 'Tab') list.current?.hidePopover()
          else if (moveFocus(list.current, event.key)) event.preventDefault()
        }}
        className={cn(
          'beside-anchor min-w-48 max-w-80 animate-appear overflow-y-auto rounded-md border bg-surface p-1 text-ink shadow-elevated',
          AREAS[`${side} ${align}`],
        )}
      >
        {isOpen && heading && <div className="mb-1 border-b px-2 pt-1 pb-2">{heading}</div>}
        {isOpen &&
          items.map((item) => (
            <MenuRow key={item.label} item={item} onChoose={() => choose(item)} />
          ))}
      </div>
    </>
  )
}
