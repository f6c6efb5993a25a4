'use client'

import { ChevronDown, ChevronUp, Pause, Play, RotateCw, X } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { toastError } from '@/components/ui/toast'
import {
  useMoveDownload,
  usePauseDownload,
  useRemoveDownload,
  useResumeDownload,
  useRetryDownload,
} from '@/lib/client/downloads/mutations'
import type { LiveDownload } from '@/lib/client/downloads/reduce-downloads'
import { formatBytes } from '@/lib/client/format'

type Props = {
  download: LiveDownload
  name: string
  moves?: { up: boolean; down: boolean }
}

const HANDLERS = { onError: toastError }
/** What is quickly fetched again is not worth a question. */
const ASK_BYTES = 50_000_000

/** What can be done with a download in its state. */
export function DownloadActions({ download, name, moves }: Props) {
  const { id, status, bytes } = download
  const pause = usePauseDownload()
  const resume = useResumeDownload()
  const retry = useRetryDownload()
  const move = useMoveDownload()
  const remove = useRemoveDownload()
  const failed = status === 'failed'
  const [asking, setAsking] = useState(false)
  return (
    <div className="flex justify-end">
      {moves &&
        (['up', 'down'] as const).map((direction) => (
          <IconButton
            key={direction}
            icon={direction === 'up' ? ChevronUp : ChevronDown}
            label={`Move ${name} ${direction}`}
            disabled={!moves[direction]}
            onClick={() => move.mutate({ id, direction }, HANDLERS)}
          />
        ))}
      {['downloading', 'resolving', 'queued'].includes(status) && (
        <IconButton
          icon={Pause}
          label={`Pause ${name}`}
          // On a phone the name needs the room more than one that does not even run.
          className={status === 'queued' ? 'max-sm:hidden' : undefined}
          busy={pause.isPending}
          onClick={() => pause.mutate(id, HANDLERS)}
        />
      )}
      {status === 'paused' && (
        <IconButton
          icon={Play}
          label={`Resume ${name}`}
          busy={resume.isPending}
          onClick={() => resume.mutate(id, HANDLERS)}
        />
      )}
      {failed && (
        <IconButton
          icon={RotateCw}
          label={`Try ${name} again`}
          busy={retry.isPending}
          onClick={() => retry.mutate(id, HANDLERS)}
        />
      )}
      <IconButton
        icon={X}
        label={failed ? `Dismiss ${name}` : `Cancel ${name}`}
        busy={remove.isPending}
        onClick={() => (bytes > ASK_BYTES ? setAsking(true) : remove.mutate(id, HANDLERS))}
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Cancel the download of ${name}?`}
        action="Cancel the download"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(id)}
      >
        {formatBytes(bytes)} are here already and would be deleted. Pause it to go on later.
      </ConfirmDialog>
    </div>
  )
}
