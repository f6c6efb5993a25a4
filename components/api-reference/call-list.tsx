'use client'

import { usePathname, useRouter } from 'next/navigation'
import { type FormEvent, Fragment, useState } from 'react'
import { PageLink } from '@/components/shell/page-link'
import { cn } from '@/components/ui/cn'
import { Input } from '@/components/ui/input'
import type { ApiCallSummary } from '@/lib/api/openapi/schemas'
import { MethodName } from './method-name'

const hrefOf = ({ id }: ApiCallSummary) => `/docs/${id}`

/** The calls that have every word, in their method, path, area or summary. */
function matching(calls: readonly ApiCallSummary[], text: string): ApiCallSummary[] {
  const words = text.toLowerCase().split(/\s+/)
  return calls.filter(({ method, path, tag, summary }) => {
    const all = `${method} ${path} ${tag} ${summary}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
}

/** Brings the call that is shown into the visible part of the list. */
const reveal = (link: HTMLElement | null) => link?.scrollIntoView({ block: 'nearest' })

/** All calls by area, to be searched. On a phone it is the first page, and gives way to the call that is chosen. */
export function CallList({ calls }: { calls: readonly ApiCallSummary[] }) {
  const pathname = usePathname()
  const router = useRouter()
  const [text, setText] = useState('')
  const found = matching(calls, text)
  const openFirst = (event: FormEvent) => {
    event.preventDefault()
    if (found[0]) router.push(hrefOf(found[0]))
  }
  return (
    <div
      className={cn(
        'flex min-w-0 flex-col gap-3 lg:sticky lg:top-7 lg:max-h-[calc(100dvh-3.5rem)]',
        pathname !== '/docs' && 'max-lg:hidden',
      )}
    >
      <search>
        <form onSubmit={openFirst}>
          <Input
            type="search"
            aria-label="Search the calls"
            placeholder="Search the calls…"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </form>
      </search>
      <nav aria-label="Calls" className="min-h-0 overflow-y-auto lg:-mx-1 lg:px-1">
        {found.length === 0 && <p className="py-2 text-ink-muted">No call has “{text.trim()}”.</p>}
        {[...new Set(found.map(({ tag }) => tag))].map((tag) => (
          <Group
            key={tag}
            tag={tag}
            calls={found.filter((call) => call.tag === tag)}
            pathname={pathname}
          />
        ))}
      </nav>
    </div>
  )
}

type GroupProps = { tag: string; calls: readonly ApiCallSummary[]; pathname: string }

function Group({ tag, calls, pathname }: GroupProps) {
  return (
    <section aria-label={tag} className="mb-4">
      <h2 className="px-2 pb-1 font-semibold">{tag}</h2>
      <ul>
        {calls.map((call) => (
          <li key={call.id}>
            <PageLink
              href={hrefOf(call)}
              prefetch={false}
              ref={pathname === hrefOf(call) ? reveal : undefined}
              aria-current={pathname === hrefOf(call) ? 'page' : undefined}
              className="block rounded-md px-2 py-1.5 transition-colors hover:bg-hover aria-[current=page]:bg-press"
            >
              <span className="flex items-baseline">
                <MethodName method={call.method} />
                <Path path={call.path} />
              </span>
              <span className="block truncate text-ink-muted text-xs">{call.summary}</span>
            </PageLink>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A path, which breaks between its parts when it is too long for the column. */
function Path({ path }: { path: string }) {
  return (
    <span className="min-w-0 break-words font-mono text-xs">
      {path.split(/(?=\/)/).map((part, index) => (
        <Fragment key={index.toString()}>
          <wbr />
          {part}
        </Fragment>
      ))}
    </span>
  )
}
