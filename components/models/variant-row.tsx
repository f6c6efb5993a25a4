'use client'

import { useQuery } from '@tanstack/react-query'
import { Check, Download } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { toastError } from '@/components/ui/toast'
import { useStartDownload } from '@/lib/client/downloads/mutations'
import { formatBytes, plural } from '@/lib/client/format'
import type { HubVariant } from '@/lib/client/hub/queries'
import { modelsQuery } from '@/lib/client/models/queries'
import { FitBadge } from './fit-badge'

type Props = { variant: HubVariant; onStarted: () => void }

/** One quantization: its size, whether it suits this machine, and its download. */
export function VariantRow({ variant, onStarted }: Props) {
  const { data: installed } = useQuery(modelsQuery())
  const { mutate, isPending } = useStartDownload()
  const has = installed?.some(({ id }) => id === variant.model_id)
  const name = variant.quantization ?? variant.files[0]?.path ?? variant.model_ref
  const start = () => mutate(variant.model_ref, { onSuccess: onStarted, onError: toastError })
  return (
    <li className="grid min-h-13 grid-cols-[minmax(0,1fr)_minmax(7.25rem,auto)] items-center gap-x-3 gap-y-1 px-3 py-2 sm:grid-cols-[minmax(0,1fr)_auto_minmax(7.25rem,auto)]">
      <p className="flex min-w-0 items-center gap-x-3">
        <span className="numeric truncate font-medium">{name}</span>
        {variant.recommended && <Badge tone="accent">recommended</Badge>}
        {variant.files.length > 1 && <Badge>{plural(variant.files.length, 'part')}</Badge>}
      </p>
      <p className="flex items-center gap-3 max-sm:col-start-1">
        <FitBadge fit={variant.fit} />
        <span className="numeric sm:w-16 sm:text-right">{formatBytes(variant.size)}</span>
      </p>
      <div className="grid max-sm:col-start-2 max-sm:row-span-2 max-sm:row-start-1">
        {has ? (
          <span className="flex items-center justify-center gap-1.5 text-good-ink">
            <Check aria-hidden className="size-4" />
            Installed
          </span>
        ) : (
          <Button
            variant={variant.recommended ? 'primary' : 'secondary'}
            busy={isPending}
            disabled={!variant.complete}
            aria-label={`Download ${name}`}
            onClick={start}
          >
            {!isPending && <Download aria-hidden />}
            {variant.complete ? 'Download' : 'Incomplete'}
          </Button>
        )}
      </div>
    </li>
  )
}
