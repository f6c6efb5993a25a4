'use client'

import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { plural } from '@/lib/client/format'
import { type Person, useDeletePerson, useUpdatePerson } from '@/lib/client/people'

/** What is asked before it is done. */
export type Question = 'disable' | 'delete'

type Props = { person: Person; asking: Question | null; onDone: () => void }

/** Asks before an account is disabled or deleted. */
export function PersonDialogs({ person, asking, onDone }: Props) {
  const update = useUpdatePerson()
  const remove = useDeletePerson()
  return (
    <>
      <ConfirmDialog
        open={asking === 'disable'}
        onOpenChange={onDone}
        title={`Disable the account of ${person.name}?`}
        action="Disable account"
        busy={update.isPending}
        error={update.error}
        onConfirm={() => update.mutate({ id: person.id, disabled: true }, { onSuccess: onDone })}
      >
        Their sessions and streams end at once, and their keys stop working. You can enable it
        again.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={onDone}
        title={`Delete ${person.name}?`}
        action="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(person.id, { onSuccess: onDone })}
      >
        Their conversations and {plural(person.keys, 'key')} go with them. Models stay. This can’t
        be undone.
      </ConfirmDialog>
    </>
  )
}
