import { Square, TriangleAlert, WifiOff } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import type { ChatMessageView } from '@/lib/chat/schemas'
import { type AnswerState, speedOf } from '@/lib/client/chat/answer-state'
import { formatDuration, plural } from '@/lib/client/format'

type Props = { live: AnswerState | null; message: ChatMessageView }

type NoteProps = { icon: typeof Square; text: string }

type Numbers = { speed: number | null; tokens: number; firstTokenMs: number | null }

/** What an answer costs, beside its name while it is written and under it when it is there: `187 tok/s · 42 tokens · first in 31 ms`, and how it ended if not by itself. */
export function AnswerLine({ live, message }: Props) {
  const numbers = live ? liveNumbers(live) : savedNumbers(message)
  const notes = live ? liveNotes(live) : savedNotes(message)
  const parts: ReactNode[] = numbers ? wordsOf(numbers) : []
  for (const note of notes) parts.push(<Note key={note.text} {...note} />)
  return (
    <p className="numeric flex flex-wrap empty:hidden items-center gap-x-1.5 text-ink-muted text-xs">
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

function liveNotes({ reconnecting, prompt }: AnswerState): NoteProps[] {
  if (reconnecting) return [{ icon: WifiOff, text: 'reconnecting' }]
  return leftOutNotes(prompt?.truncated_tokens)
}

function savedNotes({ status, stats }: ChatMessageView): NoteProps[] {
  const notes = leftOutNotes(stats?.truncated_tokens)
  if (status === 'stopped') notes.push({ icon: Square, text: 'stopped' })
  else if (stats?.finish_reason === 'length')
    notes.push({ icon: TriangleAlert, text: 'ended at the limit of tokens' })
  return notes
}

/** What the model was not shown, since the context was full. */
function leftOutNotes(tokens = 0): NoteProps[] {
  return tokens > 0 ? [{ icon: TriangleAlert, text: `${plural(tokens, 'token')} left out` }] : []
}

function Note({ icon: Icon, text }: NoteProps) {
  return (
    <span className="inline-flex items-center gap-1 text-warn-ink">
      <Icon aria-hidden className="size-3" />
      {text}
    </span>
  )
}
