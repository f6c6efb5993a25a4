'use client'

import { type KeyboardEvent, useId, useState } from 'react'
import { Input } from '@/components/ui/input'

type Props = {
  label: string
  /** What the number may be, both ends included. */
  range: { min: number; max: number }
  /** Null shows as empty. */
  value: number | null
  /** What an empty field means. */
  empty: string
  onCommit: (value: number | null) => void
}

/** A whole number that may be left out. A value that can't be is not taken, and the field says so. */
export function NumberField({ label, range, value, empty, onCommit }: Props) {
  const id = useId()
  const [draft, setDraft] = useState<string | null>(null)
  const [wrong, setWrong] = useState(false)
  const shown = draft ?? (value === null ? '' : String(value))
  const commit = () => {
    if (draft === null) return
    const given = draft.trim() === '' ? null : Number(draft)
    const allowed = given === null || isWholeIn(given, range)
    setWrong(!allowed)
    if (!allowed) return
    setDraft(null)
    if (given !== value) onCommit(given)
  }
  const commitOnEnter = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit()
  }
  return (
    <div className="grid grid-cols-[1fr_7.5rem] items-center gap-x-3">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <Input
        id={id}
        inputMode="numeric"
        value={shown}
        placeholder={empty}
        aria-invalid={wrong}
        aria-describedby={`${id}-note`}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={commitOnEnter}
        className="numeric text-right"
      />
      <p
        id={`${id}-note`}
        role={wrong ? 'alert' : undefined}
        className="col-span-2 pt-1 text-bad-ink text-xs empty:hidden"
      >
        {wrong &&
          `This must be a whole number from ${range.min} to ${range.max.toLocaleString('en')}.`}
      </p>
    </div>
  )
}

function isWholeIn(value: number, { min, max }: Props['range']): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}
