'use client'

import { useState } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Keys } from '@/components/ui/keys'
import { areShortcutsOn, setShortcutsOn } from '@/lib/client/shortcuts-setting'
import type { Shortcut } from './shortcuts'

type Props = { shortcuts: readonly Shortcut[]; onClose: () => void }

/** The shortcuts, and a switch for those who would press them by mistake. */
export default function ShortcutsDialog({ shortcuts, onClose }: Props) {
  const [on, setOn] = useState(areShortcutsOn)
  const change = (next: boolean) => {
    setShortcutsOn(next)
    setOn(next)
  }
  return (
    <Dialog open onOpenChange={onClose} title="Keyboard shortcuts">
      <dl className="divide-y">
        {shortcuts.map(({ keys, label }) => (
          <Row key={label} label={label} keys={keys} />
        ))}
        <Row label="Command palette, also while writing" keys={['Ctrl K']} />
      </dl>
      <Checkbox
        label="Use shortcuts of single keys"
        detail="Ctrl K and ⌘K work in any case."
        checked={on}
        onChange={(event) => change(event.target.checked)}
        className="mt-3"
      />
    </Dialog>
  )
}

function Row({ label, keys }: { label: string; keys: readonly string[] }) {
  return (
    <div className="flex min-h-9 items-center justify-between gap-4">
      <dt>{label}</dt>
      <dd>
        <Keys keys={keys} />
      </dd>
    </div>
  )
}
