'use client'

import { useQuery } from '@tanstack/react-query'
import { ProgressBar } from '@/components/ui/progress-bar'
import { formatBytes, formatPercent } from '@/lib/client/format'
import { systemQuery } from '@/lib/client/models/queries'

/** How full the disk and the memory are. */
export function SystemBars() {
  const { data } = useQuery(systemQuery())
  return (
    <div className="space-y-2.5 px-2.5 max-sm:hidden">
      <Bar label="Disk" total={data?.disk.total} free={data?.disk.free} />
      <Bar label="Memory" total={data?.memory.total} free={data?.memory.available} />
    </div>
  )
}

type BarProps = { label: string; total: number | undefined; free: number | undefined }

function Bar({ label, total, free }: BarProps) {
  const known = total !== undefined && free !== undefined
  const share = known ? (total - free) / total : null
  const words = known ? `${formatBytes(free)} of ${formatBytes(total)} free` : 'Not known yet'
  return (
    <div
      data-tip={`${label}: ${words}`}
      className="grid grid-cols-[3.25rem_1fr_2.25rem] items-center gap-2 text-ink-muted text-xs"
    >
      <span>{label}</span>
      <ProgressBar
        label={label}
        value={share}
        valueText={words}
        tone={share !== null && share > 0.9 ? 'warn' : 'still'}
        glideMs={400}
        thin
      />
      <span className="numeric text-right">{share === null ? '' : formatPercent(share)}</span>
    </div>
  )
}
