'use client'

import { useMemo } from 'react'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { Sparkline } from '@/components/ui/sparkline'
import { type Course, coursesOf } from '@/lib/client/activity/charts'
import { useActivity } from '@/lib/client/activity/use-activity'
import { formatBytes, formatDuration } from '@/lib/client/format'

const formatRate = (value: number) =>
  value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)

/** The last minutes, up to an hour, as small charts. */
export function HourPanel() {
  const { state } = useActivity()
  const { slices, sliceMs, now } = state
  const courses = useMemo(() => coursesOf({ slices, sliceMs }), [slices, sliceMs])
  const minutes = courses.spanMs / 60_000
  const span = minutes === 60 ? 'Last hour' : `Last ${minutes} minutes`
  return (
    <Panel title={span}>
      <div className="grid grid-cols-2 gap-px bg-line lg:grid-cols-4">
        <Tile
          label="Tokens a second"
          course={courses.tokensPerSecond}
          latest={now?.tokensPerSecond ?? null}
          pending={now === null}
          format={formatRate}
        />
        <Tile
          label="Time to first token"
          course={courses.firstTokenMs}
          latest={courses.firstTokenMs.latest}
          pending={now === null}
          format={formatDuration}
        />
        <Tile
          label="Open streams"
          course={courses.subscribers}
          latest={now?.subscribers ?? null}
          pending={now === null}
          format={(value) => value.toFixed(0)}
        />
        <Tile
          label="Model memory"
          course={courses.memoryBytes}
          latest={courses.memoryBytes.latest}
          pending={now === null}
          format={formatBytes}
        />
      </div>
    </Panel>
  )
}

type TileProps = {
  label: string
  course: Course
  latest: number | null
  /** Whether the server has not told yet; afterwards a number that is not there has not been measured. */
  pending: boolean
  format: (value: number) => string
}

function Tile({ label, course, latest, pending, format }: TileProps) {
  const shown = latest === null ? '–' : format(latest)
  return (
    <div className="min-w-0 bg-surface px-4 pt-3 pb-4">
      <div className="flex items-baseline justify-between gap-2 text-ink-muted text-xs">
        <p className="truncate">{label}</p>
        {course.highest !== null && course.highest > 0 && (
          <p className="numeric shrink-0 max-sm:hidden">peak {format(course.highest)}</p>
        )}
      </div>
      {pending ? (
        <Skeleton className="my-2 h-6 w-20" />
      ) : (
        <p className="numeric mt-0.5 mb-3 truncate text-2xl">{shown}</p>
      )}
      <Sparkline label={`${label} over time, now ${shown}`} values={course.values} />
    </div>
  )
}
