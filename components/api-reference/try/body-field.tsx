import { useId } from 'react'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'
import { parseJson } from '@/lib/client/reference/filled-call'

const MAX_ROWS = 16

type Props = { value: string; onChange: (value: string) => void }

/** The JSON that is sent. */
export function BodyField({ value, onChange }: Props) {
  const id = useId()
  const wrong = parseJson(value) === undefined
  return (
    <Field id={id} label="Body" error={wrong ? 'This is not JSON yet.' : undefined}>
      <Textarea
        id={id}
        value={value}
        rows={Math.min(MAX_ROWS, value.split('\n').length)}
        aria-invalid={wrong}
        aria-describedby={`${id}-note`}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        // Lines that are too long for a phone wrap, which the rows do not count.
        className="field-sizing-content max-h-96 font-mono text-[0.8125rem]"
      />
    </Field>
  )
}
