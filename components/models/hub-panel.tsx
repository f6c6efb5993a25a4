'use client'

import { Search } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { HubSort } from '@/lib/client/hub/queries'
import { isReference } from '@/lib/client/models/model-names'
import { useSettled } from '@/lib/client/use-time'
import { HubModelDialog } from './hub-model-dialog'
import { HubResults } from './hub-results'
import { ReferenceOffer } from './reference-offer'

const SORTS: { value: HubSort; label: string }[] = [
  { value: 'downloads', label: 'Most downloads' },
  { value: 'likes', label: 'Most likes' },
  { value: 'date', label: 'Newest' },
]

const PAUSE_MS = 250

/** Finds models: words search the hub as they are typed, a reference is offered for download as it is. */
export function HubPanel() {
  const router = useRouter()
  const asked = useSearchParams().get('q') ?? ''
  const [text, setText] = useState(asked)
  const [seen, setSeen] = useState(asked)
  const [sort, setSort] = useState<HubSort>('downloads')
  const [opened, setOpened] = useState<string | null>(null)
  // The palette searches by changing the address while this page is shown.
  if (asked !== seen) {
    setSeen(asked)
    setText(asked)
  }
  const words = useSettled(text.trim(), PAUSE_MS)
  const clear = () => {
    setText('')
    if (asked) router.replace('/models')
  }
  // By the time that a download has started, somebody may have pasted the next one.
  const forget = (started: string) => setText((now) => (now.trim() === started ? '' : now))
  return (
    <search className="grid gap-4">
      <div className="flex gap-2">
        <div className="relative min-w-0 flex-1">
          <Search
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-3.5 size-4 -translate-y-1/2 text-ink-muted"
          />
          <Input
            type="search"
            aria-label="Search the hub, or enter a reference"
            placeholder="Search the hub, or paste hf:owner/model:Q4_K_M"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && clear()}
            autoComplete="off"
            spellCheck={false}
            className="h-11 pl-10"
          />
        </div>
        <Select
          label="Order of the results"
          value={sort}
          onChange={(value) => setSort(SORTS.find((each) => each.value === value)?.value ?? sort)}
          options={SORTS}
          className="h-11 max-sm:hidden"
        />
      </div>
      {isReference(text) ? (
        <ReferenceOffer reference={text.trim()} onStarted={forget} />
      ) : (
        words !== '' &&
        text.trim() !== '' && <HubResults words={words} sort={sort} onOpen={setOpened} />
      )}
      {opened && <HubModelDialog id={opened} onClose={() => setOpened(null)} />}
    </search>
  )
}
