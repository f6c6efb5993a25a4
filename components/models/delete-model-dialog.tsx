'use client'

import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { toastDone } from '@/components/ui/toast'
import { formatBytes, plural } from '@/lib/client/format'
import { useDeleteModel } from '@/lib/client/models/mutations'
import type { InstalledModel } from '@/lib/client/models/queries'

type Props = {
  model: InstalledModel
  name: string
  /** Requests that it answers right now. */
  inUse: number
  onClose: () => void
}

/** Asks before a model is deleted, and says what that frees and whom it hits. */
export function DeleteModelDialog({ model, name, inUse, onClose }: Props) {
  const { mutate, isPending, error } = useDeleteModel((freedBytes) => {
    onClose()
    toastDone(`${name} is deleted: ${formatBytes(freedBytes)} are free again.`)
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete ${name}?`}
      action="Delete"
      busy={isPending}
      error={error}
      onConfirm={() => mutate(model.id)}
    >
      <p>
        This deletes its files and frees {formatBytes(model.size)}. Chats keep what it has written.
      </p>
      {inUse > 0 && (
        <p className="mt-2 text-warn-ink">
          It answers {plural(inUse, 'request')} right now; {inUse === 1 ? 'it' : 'they'} will fail.
        </p>
      )}
      <p className="numeric mt-2 break-all text-xs">{model.ref} brings it again.</p>
    </ConfirmDialog>
  )
}
