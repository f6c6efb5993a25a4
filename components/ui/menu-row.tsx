import { cn } from './cn'
import type { MenuItem } from './menu'

type Props = { item: MenuItem; onChoose: () => void }

/** One thing that can be done. */
export function MenuRow({ item, onChoose }: Props) {
  const Icon = item.icon
  return (
    <>
      {item.startsGroup && <hr className="my-1 border-line" />}
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        disabled={item.disabled}
        onClick={onChoose}
        className={cn(
          'flex min-h-9 w-full cursor-default select-none items-center gap-2.5 whitespace-nowrap rounded-sm px-2 text-left outline-none disabled:opacity-40 pointer-coarse:min-h-11',
          item.phoneOnly && 'sm:hidden',
          item.danger
            ? 'text-bad-ink enabled:hover:bg-bad-soft enabled:focus-visible:bg-bad-soft'
            : 'enabled:hover:bg-hover enabled:focus-visible:bg-hover',
        )}
      >
        {Icon && (
          <Icon aria-hidden className={cn('size-4 shrink-0', !item.danger && 'text-ink-muted')} />
        )}
        <span className="flex-1">{item.label}</span>
        {item.detail && <span className="numeric text-ink-muted text-xs">{item.detail}</span>}
      </button>
    </>
  )
}
