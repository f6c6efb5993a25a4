'use client'

import { Download } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { useStartDownload } from '@/lib/client/downloads/mutations'

type Props = { reference: string; onStarted: (reference: string) => void }

/** One click from a reference to its download. */
export function ReferenceOffer({ reference, onStarted }: Props) {
  const { mutate, isPending, error } = useStartDownload()
  return (
    <div className="grid gap-3 rounded-md border bg-surface p-4">
      <div className="flex flex-wrap items-center gap-3">
        <p className="numeric min-w-0 flex-1 break-all">{reference}</p>
        <Button
          variant="primary"
          busy={isPending}
          onClick={() => mutate(reference, { onSuccess: () => onStarted(reference) })}
        >
          {!isPending && <Download aria-hidden />}
          Download
        </Button>
      </div>
      {error && <Notice tone="bad" error={error} />}
    </div>
  )
}
