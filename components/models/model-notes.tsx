'use client'

import type { FormEvent } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { useAnnotateModel } from '@/lib/client/models/mutations'

type Props = { model: { id: string; notes: string; tags: readonly string[] } }

/** What people write on a model, for each other. */
export function ModelNotes({ model }: Props) {
  const save = useAnnotateModel()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    save.mutate({
      id: model.id,
      tags: `${form.get('tags')}`.split(',').flatMap((tag) => tag.trim() || []),
      notes: `${form.get('notes')}`,
    })
  }
  return (
    <form onSubmit={submit} onChange={save.reset} className="mb-4 grid gap-3">
      <Field id="model-tags" label="Tags" hint="With commas between them.">
        <Input
          id="model-tags"
          name="tags"
          defaultValue={model.tags.join(', ')}
          aria-describedby="model-tags-note"
        />
      </Field>
      <Field id="model-notes" label="Notes" error={save.error?.message}>
        <Textarea
          id="model-notes"
          name="notes"
          defaultValue={model.notes}
          aria-describedby="model-notes-note"
        />
      </Field>
      <div className="flex items-center gap-3">
        <Button type="submit" busy={save.isPending}>
          Save
        </Button>
        <span role="status" className="text-ink-muted text-xs">
          {save.isSuccess && 'Saved.'}
        </span>
      </div>
    </form>
  )
}
