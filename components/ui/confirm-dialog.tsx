'use client'

import type { ReactNode } from 'react'
import { Button } from './button'
import { Dialog, DialogActions } from './dialog'
import { Notice } from './notice'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What will happen, with numbers. */
  children: ReactNode
  /** The verb of the button, such as "Delete". */
  action: string
  busy?: boolean
  error?: Error | null
  onConfirm: () => void
}

/** Asks before something that can't be undone, and says what it will do. */
export function ConfirmDialog(props: Props) {
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.title}
      description={props.children}
    >
      {props.error && <Notice tone="bad" error={props.error} />}
      <DialogActions>
        <Button onClick={() => props.onOpenChange(false)}>Keep it</Button>
        <Button variant="danger" busy={props.busy} onClick={props.onConfirm}>
          {props.action}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
