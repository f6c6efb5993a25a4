import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { ListedKey } from '@/lib/client/keys'

const FIELDS = [
  { name: 'requests_per_minute', label: 'Requests a minute' },
  { name: 'tokens_per_day', label: 'Tokens a day' },
  { name: 'max_streams', label: 'Concurrent streams' },
] as const

type Limits = Pick<ListedKey, (typeof FIELDS)[number]['name']>

/** The limits of a key; an empty field is without limit. */
export function LimitFields({ limits }: { limits?: Limits }) {
  return (
    <fieldset>
      <legend className="font-medium">Limits</legend>
      <p className="text-ink-muted text-xs">An empty field is without limit.</p>
      <div className="mt-2 grid gap-3 sm:grid-cols-3">
        {FIELDS.map(({ name, label }) => (
          <Field key={name} id={name} label={label}>
            <Input
              id={name}
              name={name}
              type="number"
              inputMode="numeric"
              min={1}
              step={1}
              placeholder="∞"
              defaultValue={limits?.[name] ?? ''}
            />
          </Field>
        ))}
      </div>
    </fieldset>
  )
}

/** What a form with these fields says. */
export function limitsOf(form: FormData): Limits {
  const read = (name: string) => (form.get(name) ? Number(form.get(name)) : null)
  return {
    requests_per_minute: read('requests_per_minute'),
    tokens_per_day: read('tokens_per_day'),
    max_streams: read('max_streams'),
  }
}
