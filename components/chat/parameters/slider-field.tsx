'use client'

import { useId, useState } from 'react'

type Props = {
  label: string
  hint: string
  /** Null leaves it to the model. */
  value: number | null
  /** Where the handle stands then. */
  usual: number
  min: number
  max: number
  step: number
  /** Called when the handle is let go. */
  onCommit: (value: number | null) => void
}

/** A number between two ends, which may be left to the model. */
export function SliderField({ label, hint, value, usual, min, max, step, onCommit }: Props) {
  const id = useId()
  const [moving, setMoving] = useState<number | null>(null)
  const chosen = moving ?? value
  const shown = chosen ?? usual
  const commit = () => {
    setMoving(null)
    if (chosen !== value) onCommit(chosen)
  }
  return (
    <div className="grid gap-2">
      <div className="flex items-baseline justify-between">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {chosen === null ? (
          <output className="text-ink-muted">model’s own</output>
        ) : (
          <span className="flex items-baseline gap-2">
            <output className="numeric text-ink-muted">{chosen.toFixed(2)}</output>
            <button
              type="button"
              onClick={() => onCommit(null)}
              className="text-accent-ink text-xs hover:underline"
              aria-label={`${label} as the model has it`}
            >
              clear
            </button>
          </span>
        )}
      </div>
      <input
        id={id}
        type="range"
        {...{ min, max, step }}
        value={shown}
        aria-valuetext={chosen === null ? 'model’s own' : undefined}
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
