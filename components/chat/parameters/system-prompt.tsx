'use client'

import { useId, useState } from 'react'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'

type Props = { value: string; onCommit: (value: string) => void }

/** What the model is told before the conversation; taken when the field is left. */
export function SystemPrompt({ value, onCommit }: Props) {
  const id = useId()
  const [draft, setDraft] = useState<string | null>(null)
  const commit = () => {
    if (draft !== null && draft !== value) onCommit(draft)
    setDraft(null)
  }
  return (
    <Field id={id} label="System prompt">
      <Textarea
        id={id}
        rows={4}
        value={draft ?? value}
        placeholder="Tell the model who it is and how to answer"
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        className="resize-y"
      />
    </Field>
  )
}
