'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Notice } from '@/components/ui/notice'
import { toastDone } from '@/components/ui/toast'
import { useClearOrphans } from '@/lib/client/downloads/mutations'
import { orphansQuery } from '@/lib/client/downloads/queries'
import { formatBytes, plural } from '@/lib/client/format'

/** Partial files that no download goes on with: how much they take, and a way to clear them. */
export function OrphansNotice() {
  const { data } = useQuery(orphansQuery())
  const [asking, setAsking] = useState(false)
  const { mutate, isPending, error } = useClearOrphans()
  if (!data || data.orphans.length === 0) return null
  const files = plural(data.orphans.length, 'unfinished file')
  const clear = () =>
    mutate(undefined, {
      onSuccess: ({ freed_bytes }) => {
        setAsking(false)
        toastDone(`${formatBytes(freed_bytes)} are free again.`)
      },
    })
  return (
    <Notice
      actions={
        <Button size="sm" onClick={() => setAsking(true)}>
          Clear
        </Button>
      }
    >
      {files} of earlier downloads {data.orphans.length === 1 ? 'takes' : 'take'}{' '}
      {formatBytes(data.bytes)}.
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete unfinished files?"
        action="Delete"
        busy={isPending}
        error={error}
        onConfirm={clear}
      >
        This frees {formatBytes(data.bytes)}. No download goes on with them:
        <ul className="numeric mt-2 max-h-40 overflow-y-auto text-xs">
          {data.orphans.map(({ path }) => (
            <li key={path} className="break-all">
              {path}
            </li>
          ))}
        </ul>
      </ConfirmDialog>
    </Notice>
  )
}
