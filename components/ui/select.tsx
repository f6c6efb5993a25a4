'use client'

import { Check, ChevronDown } from 'lucide-react'
import { Select as Primitive } from 'radix-ui'
import { cn } from './cn'

export type SelectOption = {
  value: string
  label: string
  /** A second, quieter part at the end of the row, such as a size. */
  detail?: string
  disabled?: boolean
}

type Props = {
  /** Its name for screen readers. */
  label: string
  value: string | undefined
  onChange: (value: string) => void
  options: readonly SelectOption[]
  placeholder?: string
  disabled?: boolean
  id?: string
  className?: string
}

/** One of several. */
export function Select({ label, value, onChange, options, placeholder, ...props }: Props) {
  const current = options.find((option) => option.value === value)
  return (
    <Primitive.Root value={value ?? ''} onValueChange={onChange} disabled={props.disabled}>
      <Primitive.Trigger
        id={props.id}
        aria-label={label}
        className={cn(
          'control inline-flex min-w-0 items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-3 transition-colors',
          'hover:bg-hover disabled:pointer-events-none disabled:opacity-50 data-[placeholder]:text-ink-muted',
          props.className,
        )}
      >
        <span className="truncate">
          {/* Its own text, so that the server can already draw it. */}
          <Primitive.Value placeholder={placeholder}>{current?.label}</Primitive.Value>
        </span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-muted" />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) max-w-[min(28rem,calc(100vw-1rem))] animate-appear overflow-hidden rounded-md border bg-surface shadow-elevated"
        >
          <Primitive.Viewport className="p-1">
            {options.map((option) => (
              <Option key={option.value} option={option} />
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function Option({ option }: { option: SelectOption }) {
  return (
    <Primitive.Item
      value={option.value}
      disabled={option.disabled}
      className="flex min-h-9 cursor-default items-center gap-2 rounded-sm pr-3 pl-2 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover pointer-coarse:min-h-11"
    >
      <span className="w-4 shrink-0">
        <Primitive.ItemIndicator>
          <Check aria-hidden className="size-4 text-accent-ink" />
        </Primitive.ItemIndicator>
      </span>
      <span className="min-w-0 flex-1 truncate">
        <Primitive.ItemText>{option.label}</Primitive.ItemText>
      </span>
      {option.detail && <span className="numeric text-ink-muted text-xs">{option.detail}</span>}
    </Primitive.Item>
  )
}
