'use client'

import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { cn } from './cn'

type Props<Id extends string> = {
  /** What is chosen, for screen readers. */
  label: string
  tabs: readonly { id: Id; label: string }[]
  chosen: Id
  onChoose: (id: Id) => void
  /** At the end of the row of tabs. */
  actions?: ReactNode
  /** What belongs to the chosen tab. */
  children: ReactNode
}

/**
 * One of a few views of the same thing. The arrows walk from tab to tab, Home and End to the first and the last.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/
 */
export function Tabs<Id extends string>(props: Props<Id>) {
  const { label, tabs, chosen, onChoose, actions, children } = props
  const id = useId()
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === chosen)
    const keys = new Map([
      ['ArrowRight', (at + 1) % tabs.length],
      ['ArrowLeft', at - 1],
      ['Home', 0],
      ['End', -1],
    ])
    const next = tabs.at(keys.get(event.key) ?? at)
    if (!next || !keys.has(event.key)) return
    event.preventDefault()
    onChoose(next.id)
    document.getElementById(`${id}-${next.id}`)?.focus()
  }
  return (
    <>
      <div className="flex items-center border-b pr-1.5 pl-2">
        <div role="tablist" aria-label={label} onKeyDown={onKeyDown} className="flex">
          {tabs.map((tab) => (
            <button
              key={tab.id}
              id={`${id}-${tab.id}`}
              type="button"
              role="tab"
              aria-selected={tab.id === chosen}
              aria-controls={`${id}-panel`}
              tabIndex={tab.id === chosen ? 0 : -1}
              onClick={() => onChoose(tab.id)}
              className={cn(
                'control border-b-2 px-2.5 text-xs transition-colors',
                tab.id === chosen
                  ? 'border-accent text-ink'
                  : 'border-transparent text-ink-muted hover:text-ink',
              )}
            >
              {tab.label}
            </button>
          ))}
        </div>
        <div className="ml-auto">{actions}</div>
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </>
  )
}
