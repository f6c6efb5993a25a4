'use client'

import { Download } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Menu } from '@/components/ui/menu'
import { Select } from '@/components/ui/select'
import { type AuditFilter, exportAddress } from '@/lib/client/audit'
import { ACTION_GROUPS } from './action-words'

const DAY_MS = 86_400_000
const PERIODS = [
  { value: 'all', label: 'Any time', days: undefined },
  { value: 'day', label: 'Last 24 hours', days: 1 },
  { value: 'week', label: 'Last 7 days', days: 7 },
  { value: 'month', label: 'Last 30 days', days: 30 },
]

/** What the filter shows; the period is kept by name, since `since` moves. */
export type Choice = { group: string; period: string; q: string }

/** The entries that a choice means. */
export function filterOf({ group, period, q }: Choice, now: number): AuditFilter {
  const days = PERIODS.find(({ value }) => value === period)?.days
  return {
    action: group === 'all' ? '' : `${group}.`,
    q,
    since: days === undefined ? undefined : startOfHour(now) - days * DAY_MS,
  }
}

/** Whole hours, so that the filter stays the same from one second to the next. */
function startOfHour(at: number): number {
  return at - (at % 3_600_000)
}

type Props = { choice: Choice; onChange: (choice: Choice) => void; filter: AuditFilter }

/** Which entries are shown, and a way to take them along. */
export function ActivityFilter({ choice, onChange, filter }: Props) {
  const download = (format: 'csv' | 'json') => window.location.assign(exportAddress(filter, format))
  return (
    <search className="flex flex-wrap gap-2">
      <Input
        type="search"
        aria-label="Search in activity"
        placeholder="Name, address, model…"
        value={choice.q}
        onChange={(event) => onChange({ ...choice, q: event.target.value })}
        className="sm:w-64"
      />
      <Select
        label="What happened"
        value={choice.group}
        onChange={(group) => onChange({ ...choice, group })}
        options={ACTION_GROUPS}
        className="max-sm:flex-1"
      />
      <Select
        label="When"
        value={choice.period}
        onChange={(period) => onChange({ ...choice, period })}
        options={PERIODS}
        className="max-sm:flex-1"
      />
      <div className="sm:ml-auto">
        <Menu
          trigger={
            <Button>
              <Download aria-hidden />
              <span className="max-sm:sr-only">Export</span>
            </Button>
          }
          items={[
            { label: 'As CSV', onSelect: () => download('csv') },
            { label: 'As JSON', onSelect: () => download('json') },
          ]}
        />
      </div>
    </search>
  )
}
