import { Input } from '@/components/ui/input'
import { type Credential, useCredential } from './credential-context'

const KINDS: readonly { kind: Credential['kind']; label: string }[] = [
  { kind: 'session', label: 'You' },
  { kind: 'key', label: 'An API key' },
]

/** As whom a call is sent. */
export function CredentialField() {
  const { credential, setCredential } = useCredential()
  return (
    <fieldset>
      <legend className="font-medium">Send as</legend>
      <div className="flex flex-wrap items-center gap-x-5">
        {KINDS.map(({ kind, label }) => (
          <label key={kind} className="flex min-h-9 items-center gap-2 pointer-coarse:min-h-11">
            <input
              type="radio"
              name="credential"
              checked={credential.kind === kind}
              onChange={() => setCredential({ ...credential, kind })}
              className="size-4 accent-accent"
            />
            {label}
          </label>
        ))}
        {credential.kind === 'key' && (
          <Input
            type="password"
            aria-label="API key"
            placeholder="rnl_…"
            autoComplete="off"
            required
            value={credential.key}
            onChange={(event) => setCredential({ kind: 'key', key: event.target.value.trim() })}
            className="min-w-40 flex-1 font-mono"
          />
        )}
      </div>
    </fieldset>
  )
}
