'use client'

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { ErrorState } from '@/components/ui/error-state'
import { SkeletonRows } from '@/components/ui/skeleton'
import { formatBytes, formatCount } from '@/lib/client/format'
import { modelQuery } from '@/lib/client/models/queries'
import { FitBadge } from './fit-badge'
import { ModelNotes } from './model-notes'

type Props = { id: string; name: string; onClose: () => void }

/** Everything that is known about an installed model. */
export function ModelDetailsDialog({ id, name, onClose }: Props) {
  const { data, error, isFetching, refetch } = useQuery(modelQuery(id))
  return (
    <Dialog open wide onOpenChange={onClose} title={name} description={id}>
      {data ? (
        <>
          <ModelNotes model={data} />
          <dl className="divide-y">
            <Fact label="Reference">{data.ref}</Fact>
            <Fact label="Revision">{data.revision}</Fact>
            <Fact label="Architecture">{data.architecture}</Fact>
            <Fact label="Parameters">{data.parameters && formatCount(data.parameters)}</Fact>
            <Fact label="Quantization">{data.quantization}</Fact>
            <Fact label="Context">{data.context_length?.toLocaleString('en')}</Fact>
            <Fact label="Layers">{data.layers}</Fact>
            <Fact label="Vocabulary">{data.vocabulary_size?.toLocaleString('en')}</Fact>
            <Fact label="Licence">{data.licence}</Fact>
            <Fact label="Memory">
              <span className="flex items-center gap-2">
                {formatBytes(data.fit.needed)} <FitBadge fit={data.fit} />
              </span>
            </Fact>
            <Fact label="Used">
              {data.times_used > 0 && `${data.times_used.toLocaleString('en')} times`}
            </Fact>
            {data.files.map((file) => (
              <Fact key={file.path} label={formatBytes(file.size)}>
                {file.path}
                {file.sha256 && <span className="block text-ink-muted">sha256 {file.sha256}</span>}
              </Fact>
            ))}
            {data.chat_template && (
              <Fact label="Chat template">
                <code className="block max-h-48 overflow-y-auto whitespace-pre-wrap text-ink-muted">
                  {data.chat_template}
                </code>
              </Fact>
            )}
          </dl>
        </>
      ) : error ? (
        <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />
      ) : (
        <SkeletonRows label="Reading the model" rows={8} rowClass="h-9 px-4" />
      )}
    </Dialog>
  )
}

/** One line; without a value there is none. */
function Fact({ label, children }: { label: string; children: ReactNode }) {
  if (children === null || children === undefined || children === false || children === 0)
    return null
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-4 py-2">
      <dt className="text-ink-muted">{label}</dt>
      <dd className="numeric break-all text-xs leading-5">{children}</dd>
    </div>
  )
}
