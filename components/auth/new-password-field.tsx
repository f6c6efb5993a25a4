import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { MIN_PASSWORD_LENGTH } from '@/lib/auth/constants'

type Props = {
  /** Also the name under which the form has it. */
  id: string
  label: string
  /** What follows the demand on its length. */
  hint: string
  error?: string
}

/** Where somebody chooses a password. */
export function NewPasswordField({ id, label, hint, error }: Props) {
  return (
    <Field
      id={id}
      label={label}
      hint={`At least ${MIN_PASSWORD_LENGTH} characters. ${hint}`}
      error={error}
    >
      <Input
        id={id}
        name={id}
        type="password"
        autoComplete="new-password"
        minLength={MIN_PASSWORD_LENGTH}
        required
        aria-describedby={`${id}-note`}
      />
    </Field>
  )
}
