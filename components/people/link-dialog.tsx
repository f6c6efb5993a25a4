'use client'

import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { SecretValue } from '@/components/ui/secret-value'

type Props = { title: string; url: string; children: ReactNode; onClose: () => void }

/** A one-time link, which can be seen only now. */
export function LinkDialog({ title, url, children, onClose }: Props) {
  return (
    <Dialog open wide onOpenChange={onClose} title={title} description={children}>
      <SecretValue label="The link" value={url} />
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </Dialog>
  )
}
