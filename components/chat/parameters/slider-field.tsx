'use client'

import { useId, useState } from 'react'

type Props = {
  label: string
  hint: string
  value: number
  min: number
  max: number
  step: number
  /** Called when the handle is let go. */
  onCommit: (value: number) => void
}

/** A number between two ends. */
export function SliderField({ label, hint, value, min, max, step, onCommit }: Props) {
  const id = useId()
  const [moving, setMoving] = useState<number | null>(null)
  const shown = moving ?? value
  const commit = () => {
    setMoving(null)
    if (shown !== value) onCommit(shown)
  }
  return (
    <div className="grid gap-2">
      <div className="flex items-baseline justify-between">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <output className="numeric text-ink-muted">{shown.toFixed(2)}</output>
      </div>
      <input
        id={id}
        type="range"
        {...{ min, max, step }}
        value={shown}
        aria-describedby={`${id}-hint`}
        onChange={(event) => setMoving(event.target.valueAsNumber)}
        onPointerUp={commit}
        onKeyUp={commit}
        onBlur={commit}
        className="slider"
        style={{ '--filled': `${((shown - min) / (max - min)) * 100}%` }}
      />
      <p id={`${id}-hint`} className="text-ink-muted text-xs">
        {hint}
      </p>
    </div>
  )
}
