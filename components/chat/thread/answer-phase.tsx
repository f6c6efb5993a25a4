import { ProgressBar } from '@/components/ui/progress-bar'
import { Spinner } from '@/components/ui/spinner'
import type { AnswerPhase as Phase } from '@/lib/client/chat/answer-state'
import { formatPercent, plural } from '@/lib/client/format'

type Props = {
  phase: Phase
  /** The model's name. */
  model: string
  prompt: { prompt_tokens: number; cached_tokens: number } | null
}

/** What happens before the first word. */
export function AnswerPhase({ phase, model, prompt }: Props) {
  return (
    <div role="status" className="flex min-h-6 items-center gap-2 text-ink-muted">
      <Words phase={phase} model={model} prompt={prompt} />
    </div>
  )
}

function Words({ phase, model, prompt }: Props) {
  switch (phase.kind) {
    case 'queued':
      return (
        <>
          <Spinner />
          {phase.position === 1
            ? 'Next in the queue'
            : `In the queue: ${plural(phase.position - 1, 'request')} before this one`}
        </>
      )
    case 'loading':
      if (phase.progress >= 1)
        return (
          <>
            <Spinner />
            Measuring how many threads suit {model}
          </>
        )
      return (
        <>
          Loading {model}
          <ProgressBar
            label={`Loading ${model}`}
            value={phase.progress}
            glideMs={200}
            className="w-32"
          />
          <span className="numeric text-xs">{formatPercent(phase.progress)}</span>
        </>
      )
    case 'reading':
      return (
        <>
          <Spinner />
          {prompt
            ? `Reading ${plural(prompt.prompt_tokens - prompt.cached_tokens, 'token')}`
            : 'Reading'}
        </>
      )
    case 'connecting':
    case 'thinking':
    case 'writing':
    case 'done':
    case 'failed':
      return <span className="h-4 w-0.5 animate-breathe bg-accent" />
  }
}
