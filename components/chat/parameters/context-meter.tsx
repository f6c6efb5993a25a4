'use client'

import { ProgressBar } from '@/components/ui/progress-bar'
import { useChatModels } from '@/lib/client/chat/models'
import { formatContext } from '@/lib/client/format'

/** From here on the middle of the conversation is left out soon. */
const NEARLY_FULL = 0.85

type Props = {
  model: string | null
  /** Null while the conversation has not been measured. */
  tokens: number | null
}

/** How much of the model's context the conversation takes: `212/1k`. */
export function ContextMeter({ model, tokens }: Props) {
  const { models } = useChatModels()
  const size = models.find(({ id }) => id === model)?.contextTokens ?? null
  if (size === null) return null
  const used = tokens ?? 0
  const full = used / size > NEARLY_FULL
  return (
    <div className="grid gap-2">
      <div className="flex items-baseline justify-between">
        <span className="font-medium">Context</span>
        <span className="numeric text-ink-muted">
          {used}/{formatContext(size)}
        </span>
      </div>
      <ProgressBar
        label="Context used"
        value={used / size}
        valueText={`${used} of ${size} tokens`}
        tone={full ? 'warn' : 'flow'}
        thin
      />
      {full && (
        <p className="text-warn-ink text-xs">
          Nearly full: the middle of the conversation will be left out.
        </p>
      )}
    </div>
  )
}
