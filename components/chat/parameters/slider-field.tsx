'use client'

import { Slider } from 'radix-ui'
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
  const commit = (next: number) => {
    setMoving(null)
    if (next !== value) onCommit(next)
  }
  return (
    <div className="grid gap-2">
      <div className="flex items-baseline justify-between">
        <span id={id} className="font-medium">
          {label}
        </span>
        <output className="numeric text-ink-muted">{shown.toFixed(2)}</output>
      </div>
      <Slider.Root
        value={[shown]}
        {...{ min, max, step }}
        onValueChange={([next]) => setMoving(next ?? null)}
        onValueCommit={([next]) => next !== undefined && commit(next)}
        className="relative flex h-4 touch-none select-none items-center"
      >
        <Slider.Track className="relative h-1 flex-1 rounded-full bg-track">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb
          aria-labelledby={id}
          className="block size-4 rounded-full border border-line-strong bg-surface transition-colors hover:border-accent"
        />
      </Slider.Root>
      <p className="text-ink-muted text-xs">{hint}</p>
    </div>
  )
}
