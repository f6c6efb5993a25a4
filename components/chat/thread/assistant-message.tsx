'use client'

import { RotateCw } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Markdown } from '@/components/chat/markdown/markdown'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { CopyButton } from '@/components/ui/copy-button'
import { IconButton } from '@/components/ui/icon-button'
import { Logo } from '@/components/ui/logo'
import { Notice } from '@/components/ui/notice'
import type { ChatMessageView, ConversationView } from '@/lib/chat/schemas'
import { useAnswer } from '@/lib/client/chat/answers'
import { useModelName } from '@/lib/client/chat/models'
import { useRegenerate } from '@/lib/client/chat/mutations'
import { AnswerLine } from './answer-line'
import { AnswerPhase } from './answer-phase'
import { BranchWalker } from './branch-walker'

// Few answers have one, and a page with markup has no bytes to spare.
const Thought = lazy(() => import('./thought'))

type Props = {
  conversation: ConversationView
  message: ChatMessageView
  /** Whether it is the end of the branch; its actions are always shown. */
  last: boolean
}

/** An answer, as it is written or as it was saved. Becoming saved changes nothing of its layout. */
export function AssistantMessage({ conversation, message, last }: Props) {
  const streaming = message.status === 'streaming'
  const live = useAnswer(conversation.id, streaming ? message.generation_id : null)
  const name = useModelName(message.model)
  // A reader that has just come gets the saved part at once, and the stream from its beginning.
  const text = live && live.text.length > message.content.length ? live.text : message.content
  const reasoning =
    live && live.reasoning.length > message.reasoning.length ? live.reasoning : message.reasoning
  const hasThought = reasoning.trim() !== ''
  return (
    <article aria-label={name} aria-busy={streaming} className="group grid min-w-0 gap-2">
      <header className="flex items-center gap-2 font-medium">
        <Logo className="size-4" />
        {name}
        {/* Beside the name, where it stays while the text below it grows. */}
        {streaming && (
          <div className="h-4 min-w-0 overflow-hidden">
            <AnswerLine live={live} message={message} />
          </div>
        )}
      </header>
      {hasThought && (
        <Suspense>
          <Thought
            text={reasoning}
            ms={live?.thinkingMs ?? message.thinking_ms}
            thinking={live?.phase.kind === 'thinking'}
          />
        </Suspense>
      )}
      {text === '' && hasThought && live?.phase.kind === 'thinking' ? null : text === '' && live ? (
        <AnswerPhase phase={live.phase} model={name} prompt={live.prompt} />
      ) : (
        <div data-testid="answer" className="min-w-0">
          <Markdown text={text} grows={streaming} />
        </div>
      )}
      {message.error && <Failure conversation={conversation} message={message} />}
      <footer className="flex min-h-7 flex-wrap items-center gap-x-2">
        {!streaming && (
          <>
            <AnswerLine live={live} message={message} />
            <Actions
              conversation={conversation}
              message={{ ...message, content: text }}
              last={last}
            />
          </>
        )}
      </footer>
    </article>
  )
}

function Failure({ conversation, message }: Omit<Props, 'last'>) {
  const regenerate = useRegenerate(conversation.id)
  const { error } = message
  if (!error) return null
  return (
    <Notice
      tone="bad"
      actions={
        <Button size="sm" busy={regenerate.isPending} onClick={() => regenerate.mutate(message.id)}>
          <RotateCw aria-hidden />
          Try again
        </Button>
      }
    >
      <p className="font-medium">{error.message}</p>
      {error.hint && <p className="mt-0.5 text-ink-muted">{error.hint}</p>}
      {regenerate.error && <p className="mt-1 text-bad-ink">{regenerate.error.message}</p>}
    </Notice>
  )
}

function Actions({ conversation, message, last }: Props) {
  const regenerate = useRegenerate(conversation.id)
  return (
    <>
      <div
        className={cn(
          '-ml-1.5 flex transition-opacity focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100',
          !last && 'opacity-0',
        )}
      >
        <CopyButton text={message.content} label="Copy" />
        {message.status !== 'failed' && (
          <IconButton
            icon={RotateCw}
            label="Regenerate"
            busy={regenerate.isPending}
            disabled={conversation.answering}
            onClick={() => regenerate.mutate(message.id)}
            size="sm"
          />
        )}
      </div>
      <BranchWalker conversation={conversation} message={message} />
    </>
  )
}
