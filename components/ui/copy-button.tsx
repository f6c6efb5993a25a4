'use client'

import { useMutation } from '@tanstack/react-query'
import { Check, Copy } from 'lucide-react'
import { IconButton } from '@/components/ui/icon-button'
import { toastError } from '@/components/ui/toast'
import { copyText } from '@/lib/client/clipboard'

const SHOWN_MS = 1500

type Props = { text: string; label: string }

/** Puts a text into the clipboard, and says that it did. */
export function CopyButton({ text, label }: Props) {
  const copy = useMutation({
    mutationFn: () => copyText(text),
    onSuccess: () => void setTimeout(copyAgain, SHOWN_MS),
    onError: toastError,
  })
  const copyAgain = () => copy.reset()
  return (
    <IconButton
      icon={copy.isSuccess ? Check : Copy}
      label={copy.isSuccess ? 'Copied' : label}
      onClick={() => copy.mutate()}
      size="sm"
    />
  )
}
