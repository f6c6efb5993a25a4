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
    <li className="flex min-h-13 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <span className="numeric min-w-0 truncate font-medium">{name}</span>
      {variant.recommended && <Badge tone="accent">recommended</Badge>}
      {variant.files.length > 1 && <Badge>{plural(variant.files.length, 'part')}</Badge>}
      <span className="ml-auto flex items-center gap-3">
        <FitBadge fit={variant.fit} />
        <span className="numeric w-16 text-right">{formatBytes(variant.size)}</span>
        {has ? (
          <span className="flex w-29 items-center justify-center gap-1.5 text-good-ink">
            <Check aria-hidden className="size-4" />
            Installed
          </span>
        ) : (
          <Button
            className="w-29"
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
      </span>
    </li>
  )
}
