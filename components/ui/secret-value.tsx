'use client'

import { useMutation } from '@tanstack/react-query'
import { Check, Copy } from 'lucide-react'
import { useId } from 'react'
import { copyText } from '@/lib/client/clipboard'
import { Button } from './button'
import { toastError } from './toast'

type Props = {
  /** What it is, for screen readers. */
  label: string
  value: string
}

/** Something that is shown only once, with a button that copies it. */
export function SecretValue({ label, value }: Props) {
  const id = useId()
  const copy = useMutation({ mutationFn: () => copyText(value), onError: toastError })
  return (
    <div className="flex items-stretch gap-2 max-sm:flex-col">
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <output
        id={id}
        className="numeric min-w-0 flex-1 select-all break-all rounded-md border bg-sunken px-3 py-2 text-xs"
      >
        {value}
      </output>
      <Button onClick={() => copy.mutate()}>
        {copy.isSuccess ? <Check aria-hidden /> : <Copy aria-hidden />}
        {copy.isSuccess ? 'Copied' : 'Copy'}
      </Button>
    </div>
  )
}
