'use client'

import type { KeyboardEvent } from 'react'
import { useHydrated } from '@/lib/client/use-browser'

type Props = {
  /** Its name for screen readers. */
  label: string
  value: string
  onChange: (value: string) => void
  placeholder?: string
  /** Called for Enter without Shift. */
  onEnter?: () => void
  focusAtOnce?: boolean
}

const TEXT =
  'col-start-1 row-start-1 min-h-6 w-full whitespace-pre-wrap break-words text-[0.9375rem] leading-6 pointer-coarse:text-[1rem]'

/** Several lines of text in a field as high as they are, up to a third of the window: a hidden copy below it makes the height. */
export function GrowingTextarea(props: Props) {
  const hydrated = useHydrated()
  const onKeyDown = (event: KeyboardEvent) => {
    const composing = event.nativeEvent.isComposing
    if (event.key !== 'Enter' || event.shiftKey || composing || !props.onEnter) return
    event.preventDefault()
    props.onEnter()
  }
  return (
    <div className="grid max-h-[33dvh] grid-cols-[minmax(0,1fr)] overflow-y-auto">
      <div aria-hidden dir="auto" className={`${TEXT} invisible`}>
        {`${props.value}\u200b`}
      </div>
      <textarea
        aria-label={props.label}
        dir="auto"
        value={props.value}
        placeholder={props.placeholder}
        // What is typed before the page's script runs would be lost.
        readOnly={!hydrated}
        rows={1}
        // The reader came here to write; on a phone the keyboard would cover half of the page.
        ref={props.focusAtOnce ? focusOnDesk : undefined}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className={`${TEXT} resize-none overflow-hidden bg-transparent outline-none`}
      />
    </div>
  )
}

function focusOnDesk(field: HTMLTextAreaElement | null): void {
  if (!field || window.matchMedia('(pointer: coarse)').matches) return
  field.focus({ preventScroll: true })
  field.setSelectionRange(field.value.length, field.value.length)
}
