'use client'

import { useId } from 'react'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import type { ChatSettings } from '@/lib/chat/schemas'
import type { ChatModel } from '@/lib/client/chat/models'

type Option = { choice: ChatSettings['thinking']; value: string; label: string }

const AS_IT_DOES: Option = { choice: null, value: 'default', label: 'As the model does' }
const SWITCH: readonly Option[] = [
  { choice: 'off', value: 'off', label: 'Off' },
  { choice: 'on', value: 'on', label: 'On' },
]
const EFFORTS: readonly Option[] = [
  { choice: 'low', value: 'low', label: 'Low effort' },
  { choice: 'medium', value: 'medium', label: 'Medium effort' },
  { choice: 'high', value: 'high', label: 'High effort' },
]

type Props = {
  support: ChatModel['thinking']
  value: ChatSettings['thinking']
  onChange: (value: ChatSettings['thinking']) => void
}

/** Whether the model thinks before it answers, and how hard: what its chat template knows of the two. */
export default function ThinkingField({ support, value, onChange }: Props) {
  const id = useId()
  const options = [
    AS_IT_DOES,
    ...(support.switch ? SWITCH : []),
    ...(support.effort ? EFFORTS : []),
  ]
  // Else it was chosen for another model, and means nothing to this one.
  const shown = options.find(({ choice }) => choice === value) ?? AS_IT_DOES
  return (
    <Field id={id} label="Thinking">
      <Select
        id={id}
        label="Thinking"
        value={shown.value}
        options={options}
        onChange={(name) =>
          onChange(options.find((option) => option.value === name)?.choice ?? null)
        }
        className="w-full"
      />
    </Field>
  )
}
