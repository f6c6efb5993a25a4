'use client'

import { useQuery } from '@tanstack/react-query'
import { FileQuestionMark } from 'lucide-react'
import { Dialog } from '@/components/ui/dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorState } from '@/components/ui/error-state'
import { Notice } from '@/components/ui/notice'
import { SkeletonRows } from '@/components/ui/skeleton'
import { formatBytes, formatContext, formatCount } from '@/lib/client/format'
import { type HubVariant, hubModelQuery } from '@/lib/client/hub/queries'
import { VariantRow } from './variant-row'

type Props = { id: string; onClose: () => void }

/** A model of the hub: what it is, and which of its quantizations to download. */
export function HubModelDialog({ id, onClose }: Props) {
  const { data, error, isFetching, refetch } = useQuery(hubModelQuery(id))
  const [owner = '', name = id] = id.split('/')
  const facts = data && [
    data.header?.parameters && `${formatCount(data.header.parameters)} parameters`,
    data.header?.architecture,
    data.header?.context_length && `${formatContext(data.header.context_length)} context`,
    data.licence,
  ]
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={name}
      description={[owner, ...(facts ?? [])].filter(Boolean).join(' · ')}
    >
      {data ? (
        <div className="grid gap-3">
          {data.gated && (
            <Notice tone="warn">
              The hub gives this model only to accounts that have accepted its licence. Accept it on
              the model’s page, and set HF_TOKEN on this server.
            </Notice>
          )}
          {data.header_problem && <Notice>{data.header_problem}</Notice>}
          {data.variants.length === 0 ? (
            <EmptyState icon={FileQuestionMark} title="There is no GGUF file in this repository" />
          ) : (
            <ul className="divide-y rounded-md border">
              {data.variants.toSorted(bySize).map((variant) => (
                <VariantRow key={variant.model_ref} variant={variant} onStarted={onClose} />
              ))}
            </ul>
          )}
          {data.projector && (
            <p className="text-ink-muted text-xs">
              Its vision projector ({formatBytes(data.projector.size)}) comes along.
            </p>
          )}
        </div>
      ) : error ? (
        <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows label="Reading the files of the model" rows={5} />
      )}
    </Dialog>
  )
}

const bySize = (a: HubVariant, b: HubVariant) => a.size - b.size
