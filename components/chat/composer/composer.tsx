'use client'

import { ArrowUp, Square } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { toastError } from '@/components/ui/toast'
import { useStopAnswer } from '@/lib/client/chat/mutations'
import { GrowingTextarea } from './growing-textarea'

type Props = {
  /** What the field says while it is empty. */
  placeholder: string
  /** The generation that writes now; it can be stopped, and nothing can be sent. */
  running: string | null
  /** Why nothing can be sent, or undefined when it can. */
  blocked?: string
  busy: boolean
  error: Error | null
  /** Resolves when the server has the message; rejects when it refused, and the text comes back. */
  onSend: (content: string) => Promise<unknown>
}

/** Where one writes. Enter sends, Shift and Enter begins a line. */
export function Composer({ placeholder, running, blocked, busy, error, onSend }: Props) {
  const [content, setContent] = useState('')
  const mayWrite = content.trim() !== '' && !busy && running === null && blocked === undefined
  const send = () => {
    if (!mayWrite) return
    setContent('')
    onSend(content).catch(() => setContent((newer) => newer || content))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  return (
    <form onSubmit={submit} className="mx-auto w-full max-w-184 px-4 pb-4 sm:px-6 sm:pb-5">
      {error && <Notice tone="bad" error={error} className="mb-2" />}
      <div className="flex items-end gap-2 rounded-md border border-line-strong bg-surface py-2 pr-2 pl-3.5 transition-colors focus-within:border-focus">
        <div className="min-w-0 flex-1 py-1">
          <GrowingTextarea
            label="Message"
            placeholder={blocked ?? placeholder}
            value={content}
            onChange={setContent}
            onEnter={send}
            focusAtOnce
          />
        </div>
        {running === null ? (
          <Button
            type="submit"
            variant="primary"
            size="icon"
            aria-label="Send"
            disabled={!mayWrite}
            busy={busy}
          >
            {!busy && <ArrowUp aria-hidden />}
          </Button>
        ) : (
          <StopButton generationId={running} />
        )}
      </div>
      <p className="mt-2 text-center text-ink-muted text-xs pointer-coarse:hidden">
        Enter sends, Shift + Enter begins a new line
      </p>
    </form>
  )
}

function StopButton({ generationId }: { generationId: string }) {
  const stop = useStopAnswer()
  return (
    <Button
      size="sm"
      busy={stop.isPending}
      onClick={() => stop.mutate(generationId, { onError: toastError })}
      className="h-8 pointer-coarse:h-9"
    >
      <Square aria-hidden className="fill-current" />
      Stop
    </Button>
  )
}
