'use client'

import Link from 'next/link'
import type { ComponentProps } from 'react'
import { useGo } from './use-go'

type Props = Omit<ComponentProps<typeof Link>, 'href' | 'onNavigate'> & { href: string }

/** A link to a page of the dashboard, which stays on this one and says so when the server is gone. */
export function PageLink({ href, ...props }: Props) {
  const { go, unsure } = useGo()
  return (
    <Link
      {...props}
      href={href}
      onNavigate={(event) => {
        if (!unsure) return
        event.preventDefault()
        go(href)
      }}
    />
  )
}
