'use client'

import { PageLink } from '@/components/shell/page-link'
import { Badge } from '@/components/ui/badge'
import { buttonClass } from '@/components/ui/button-class'
import type { Loaded } from '@/lib/client/activity/use-activity'
import { formatBytes, formatContext, formatCount } from '@/lib/client/format'
import { modelTitle } from '@/lib/client/models/model-names'
import type { InstalledModel } from '@/lib/client/models/queries'
import { LoadState } from './load-state'
import { ModelMenu } from './model-menu'

type Props = { model: InstalledModel; loaded: Loaded | null; now: number }

/** One installed model: what it is, whether it is in memory, and what can be done with it. */
export function InstalledRow({ model, loaded, now }: Props) {
  const name = modelTitle(model)
  const facts = [
    model.parameters && formatCount(model.parameters),
    model.architecture,
    model.context_length && `${formatContext(model.context_length)} ctx`,
  ].filter(Boolean)
  return (
    <li className="grid min-h-14 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)_minmax(0,3fr)_4.5rem_auto]">
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{name}</span>
          {model.quantization && <Badge>{model.quantization}</Badge>}
          {model.builtin && <Badge className="max-lg:hidden">built in</Badge>}
          {model.has_vision && <Badge className="max-lg:hidden">vision</Badge>}
          {model.tags.map((tag) => (
            <Badge key={tag} tone="accent" className="max-lg:hidden">
              {tag}
            </Badge>
          ))}
        </p>
        <p className="truncate text-ink-muted text-xs">{model.id}</p>
      </div>
      <p className="numeric truncate text-ink-muted text-xs max-lg:hidden">{facts.join(' · ')}</p>
      <div className="min-w-0 text-xs max-lg:order-last max-lg:col-span-2 max-lg:mt-1">
        <LoadState model={model} name={name} loaded={loaded} now={now} />
      </div>
      <p className="numeric text-right text-xs max-lg:hidden">{formatBytes(model.size)}</p>
      <div className="flex items-center gap-1">
        <PageLink
          href={`/chat?model=${encodeURIComponent(model.id)}`}
          className={buttonClass('secondary', 'sm')}
        >
          Chat
          <span className="sr-only"> with {name}</span>
        </PageLink>
        <ModelMenu model={model} name={name} loaded={loaded} />
      </div>
    </li>
  )
}
