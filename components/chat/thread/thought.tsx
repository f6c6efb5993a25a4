'use client'

import { ChevronRight, Lightbulb } from 'lucide-react'
import { useState } from 'react'
import { cn } from '@/components/ui/cn'
import { formatDuration } from '@/lib/client/format'

type Props = {
  text: string
  /** How long it took, or takes; null when nobody knows. */
  ms: number | null
  /** Whether the model thinks now. */
  thinking: boolean
}

/** What a model thought: open while it thinks, folded once it answers, and as its reader leaves it from then on. */
export default function Thought({ text, ms, thinking }: Props) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const open = chosen ?? thinking
  return (
    <div data-testid="thought" className="grid min-w-0 justify-items-start gap-2 text-ink-muted">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setChosen(!open)}
        className="inline-flex items-center gap-1.5 rounded-sm pr-1 hover:text-ink pointer-coarse:min-h-11"
      >
        <Lightbulb aria-hidden className={cn('size-4', thinking && 'animate-breathe')} />
        <span>{wordsOf(ms, thinking)}</span>
        <ChevronRight
          aria-hidden
          className={cn('size-4 transition-transform', open && 'rotate-90')}
        />
      </button>
      {open && (
        <p
          dir="auto"
          className="ml-2 whitespace-pre-wrap wrap-anywhere border-line border-l-2 pl-3.5 leading-6"
        >
          {text.trim()}
        </p>
      )}
    </div>
  )
}

function wordsOf(ms: number | null, thinking: boolean): string {
  const time = ms === null ? '' : formatDuration(ms)
  if (thinking) return time === '' ? 'Thinking' : `Thinking for ${time}`
  return time === '' ? 'Thought' : `Thought for ${time}`
}
