import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { SecretValue } from '@/components/ui/secret-value'

type Props = { value: string; onClose: () => void }

/** A key that was just made, and how to try it. */
export function NewKeyReady({ value, onClose }: Props) {
  const command = [
    `curl -N ${window.location.origin}/v1/infer \\`,
    `  -H 'Authorization: Bearer ${value}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"prompt":"Once upon a time","stream":true}'`,
  ].join('\n')
  return (
    <div className="grid grid-cols-1 gap-4">
      <Notice tone="warn">
        <p className="font-medium">Copy it now: it can’t be shown again.</p>
        <p className="mt-0.5 text-ink-muted">
          Only a hash of it is kept. If it gets lost, revoke it and make another one.
        </p>
      </Notice>
      <SecretValue label="The new key" value={value} />
      <div>
        <p className="mb-1.5 font-medium">Try it</p>
        <pre className="numeric overflow-x-auto rounded-md border bg-sunken px-3 py-2 text-xs">
          {command}
        </pre>
      </div>
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </div>
  )
}
