'use client'

import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'

type Props = {
  label: string
  /** A `span` may stand in a paragraph. */
  as?: 'div' | 'span'
  dir?: 'auto' | 'ltr'
  className?: string
  children: ReactNode
}

/** What is wider than the text scrolls by itself, and can be reached and scrolled with the keyboard while it is. */
export function ScrollBox({ label, as: Tag = 'div', dir, className, children }: Props) {
  const ref = useRef<HTMLElement | null>(null)
  const [scrolls, setScrolls] = useState(false)
  useLayoutEffect(() => {
    const box = ref.current
    if (!box) return undefined
    const observer = new ResizeObserver(() => setScrolls(box.scrollWidth > box.clientWidth))
    observer.observe(box)
    for (const child of box.children) observer.observe(child)
    return () => observer.disconnect()
  }, [])
  return (
    <Tag
      ref={(box: HTMLElement | null) => {
        ref.current = box
      }}
      {...(scrolls && { role: 'region', 'aria-label': label, tabIndex: 0 })}
      dir={dir}
      className={cn('block overflow-x-auto', className)}
    >
      {children}
    </Tag>
  )
}
