import { useId } from 'react'
import { Input } from '@/components/ui/input'
import type { ApiParameter } from '@/lib/api/openapi/schemas'
import { type CallInput, slotOf } from '@/lib/client/reference/filled-call'

type Props = {
  parameters: readonly ApiParameter[]
  values: CallInput['parameters']
  onChange: (values: CallInput['parameters']) => void
}

/** A field for each parameter; what is left empty is not sent. */
export function ParameterFields({ parameters, values, onChange }: Props) {
  return (
    <div className="grid gap-3 empty:hidden sm:grid-cols-2">
      {parameters.map((one) => (
        <ParameterField
          key={slotOf(one)}
          parameter={one}
          value={values[slotOf(one)] ?? ''}
          onChange={(value) => onChange({ ...values, [slotOf(one)]: value })}
        />
      ))}
    </div>
  )
}

type FieldProps = { parameter: ApiParameter; value: string; onChange: (value: string) => void }

function ParameterField({ parameter, value, onChange }: FieldProps) {
  const id = useId()
  const { name, where, required, options, rules } = parameter
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="flex items-baseline gap-2">
        <span className="font-mono text-[0.8125rem]">{name}</span>
        <span className="text-ink-muted text-xs">{required ? `${where}, required` : where}</span>
      </label>
      <Input
        id={id}
        value={value}
        required={required}
        placeholder={rules.at(-1) ?? ''}
        list={options ? `${id}-options` : undefined}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      {options && (
        <datalist id={`${id}-options`}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </div>
  )
}
