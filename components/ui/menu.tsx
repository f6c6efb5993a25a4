'use client'

import type { LucideIcon } from 'lucide-react'
import { DropdownMenu as Primitive } from 'radix-ui'
import { Fragment, type ReactNode } from 'react'
import { cn } from './cn'

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
  /** The element that opens it; it needs a name of its own. */
  trigger: ReactNode
  items: readonly MenuItem[]
  /** What stands above the items. */
  heading?: ReactNode
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
}

/** What can be done with something, behind one button. */
export function Menu({ trigger, items, heading, align = 'end', side = 'bottom' }: Props) {
  return (
    <Primitive.Root modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-48 max-w-80 animate-appear rounded-md border bg-surface p-1 shadow-elevated"
        >
          {heading && <div className="mb-1 border-b px-2 pt-1 pb-2">{heading}</div>}
          {items.map((item) => (
            <Fragment key={item.label}>
              {item.startsGroup && <Primitive.Separator className="my-1 h-px bg-line" />}
              <Row item={item} />
            </Fragment>
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function Row({ item }: { item: MenuItem }) {
  const Icon = item.icon
  return (
    <Primitive.Item
      onSelect={item.onSelect}
      disabled={item.disabled}
      className={cn(
        'flex min-h-9 cursor-default select-none items-center gap-2.5 rounded-sm px-2 outline-none',
        item.phoneOnly && 'sm:hidden',
        'data-[disabled]:opacity-40 data-[highlighted]:bg-hover pointer-coarse:min-h-11',
        item.danger && 'text-bad-ink data-[highlighted]:bg-bad-soft',
      )}
    >
      {Icon && (
        <Icon aria-hidden className={cn('size-4 shrink-0', !item.danger && 'text-ink-muted')} />
      )}
      <span className="flex-1">{item.label}</span>
      {item.detail && <span className="numeric text-ink-muted text-xs">{item.detail}</span>}
    </Primitive.Item>
  )
}
