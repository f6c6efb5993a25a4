import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import { formatBytes, formatContext } from '@/lib/client/format'
import type { HubVariant } from '@/lib/client/hub/queries'

const VERDICTS = {
  fits: { tone: 'good', icon: CircleCheck, label: 'fits' },
  tight: { tone: 'warn', icon: TriangleAlert, label: 'tight' },
  no: { tone: 'bad', icon: CircleAlert, label: 'too large' },
} as const

/** Whether a model suits the memory of this machine, with the numbers on hover and for screen readers. */
export function FitBadge({ fit }: { fit: HubVariant['fit'] }) {
  const { tone, icon, label } = VERDICTS[fit.verdict]
  const words = `Needs ${formatBytes(fit.needed)} with ${formatContext(fit.context_length)} tokens of context (${fit.context_reason}); ${formatBytes(fit.available)} of ${formatBytes(fit.total)} are free.`
  return (
    <span data-tip={words}>
      <Badge tone={tone} icon={icon}>
        {label}
      </Badge>
      <span className="sr-only">{words}</span>
    </span>
  )
}
