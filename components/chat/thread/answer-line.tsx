import { Scissors, Square, TriangleAlert, WifiOff } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import type { ChatMessageView } from '@/lib/chat/schemas'
import { type AnswerState, speedOf } from '@/lib/client/chat/answer-state'
import { formatDuration, plural } from '@/lib/client/format'

type Props = { live: AnswerState | null; message: ChatMessageView }

type Numbers = { speed: number | null; tokens: number; firstTokenMs: number | null }

/** The line under an answer: `187 tok/s · 42 tokens · first in 31 ms`, and how it ended if not by itself. */
export function AnswerLine({ live, message }: Props) {
  const numbers = live ? liveNumbers(live) : savedNumbers(message)
  const parts: ReactNode[] = numbers ? wordsOf(numbers) : []
  const note = live ? liveNote(live) : savedNote(message)
  if (note) parts.push(note)
  return (
    <p className="numeric flex flex-wrap items-center gap-x-1.5 text-ink-muted text-xs">
      {parts.map((part, index) => (
        <Fragment key={index.toString()}>
          {index > 0 && <span aria-hidden>·</span>}
          {part}
        </Fragment>
      ))}
    </p>
  )
}

function liveNumbers(live: AnswerState): Numbers | null {
  if (live.tokens === 0) return null
  return { speed: speedOf(live), tokens: live.tokens, firstTokenMs: live.firstTokenMs }
}

function savedNumbers({ stats }: ChatMessageView): Numbers | null {
  if (!stats) return null
  return {
    speed: stats.tokens_per_second,
    tokens: stats.completion_tokens,
    firstTokenMs: stats.first_token_ms,
  }
}

function wordsOf({ speed, tokens, firstTokenMs }: Numbers): string[] {
  const words = [plural(tokens, 'token')]
  if (speed !== null) words.unshift(`${Math.round(speed)} tok/s`)
  if (firstTokenMs !== null) words.push(`first in ${formatDuration(firstTokenMs)}`)
  return words
}

function liveNote({ reconnecting, prompt }: AnswerState): ReactNode {
  if (reconnecting) return <Note icon={WifiOff}>reconnecting</Note>
  if (prompt && prompt.truncated_tokens > 0)
    return <Note icon={Scissors}>{plural(prompt.truncated_tokens, 'token')} left out</Note>
  return null
}

function savedNote({ status, stats }: ChatMessageView): ReactNode {
  if (status === 'stopped') return <Note icon={Square}>stopped</Note>
  if (stats?.finish_reason === 'length')
    return <Note icon={TriangleAlert}>ended at the limit of tokens</Note>
  return null
}

function Note({ icon: Icon, children }: { icon: typeof Square; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1 text-warn-ink">
      <Icon aria-hidden className="size-3" />
      {children}
    </span>
  )
}
