'use client'

import { useEffect, useRef } from 'react'

const DELAY_MS = 400

/**
 * Shows the `data-tip` of whatever is hovered or focused by keyboard. Once around the app: one element in the
 * browser's top layer serves all. A tip is never the only place that says something.
 */
export function TooltipLayer() {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => (ref.current ? followTips(ref.current) : undefined), [])
  return (
    <div
      ref={ref}
      popover="manual"
      aria-hidden
      className="beside-anchor pointer-events-none mx-2 max-w-72 [position-area:top] animate-appear rounded-md bg-ink px-2.5 py-1.5 text-ink-inverse text-xs"
    />
  )
}

/** Shows and hides `tip` as the pointer and the focus move; returns unsubscribe. */
function followTips(tip: HTMLElement): () => void {
  const listening = new AbortController()
  const { signal } = listening
  let timer: ReturnType<typeof setTimeout> | undefined
  const hide = () => {
    clearTimeout(timer)
    if (tip.matches(':popover-open')) tip.hidePopover()
  }
  const on = (type: string, react: (target: Element) => void) =>
    document.addEventListener(
      type,
      ({ target }) => {
        if (target instanceof Element) react(target)
      },
      { signal, capture: true },
    )
  on('pointerover', (target) => {
    hide()
    const owner = target.closest<HTMLElement>('[data-tip]')
    if (owner) timer = setTimeout(() => show(tip, owner), DELAY_MS)
  })
  on('focusin', (target) => {
    hide()
    if (!(target instanceof HTMLElement && target.dataset.tip && target.matches(':focus-visible')))
      return
    // Later, since the focus may come from another popover that is just being shown.
    timer = setTimeout(() => show(tip, target))
  })
  for (const type of ['focusout', 'pointerdown', 'keydown', 'scroll']) on(type, hide)
  return () => {
    hide()
    listening.abort()
  }
}

/** Above its owner, or below where there is no room. */
function show(tip: HTMLElement, owner: HTMLElement): void {
  if (!owner.isConnected) return
  tip.textContent = owner.dataset.tip ?? ''
  tip.showPopover({ source: owner })
}
