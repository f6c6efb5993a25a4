'use client'

import { type ComponentType, useEffect, useState } from 'react'
import type { MessagesProps } from './messages'
import { onToast, type Toast } from './toast'

/**
 * Where short messages appear. Once in the app. What shows them is fetched with the first touch of a page, before
 * there can be anything to say: a message that the server is gone needs nothing more of it.
 */
export function Toaster() {
  const [waiting, setWaiting] = useState<readonly Toast[]>([])
  const [Messages, setMessages] = useState<ComponentType<MessagesProps> | null>(null)
  useEffect(() => {
    const listening = new AbortController()
    const fetchMessages = async () => {
      const { Messages } = await import('./messages')
      setMessages(() => Messages)
      listening.abort()
    }
    // One that failed is tried again with the next touch or message.
    const prepare = () => void fetchMessages().catch(() => undefined)
    for (const touch of ['pointerdown', 'keydown'])
      window.addEventListener(touch, prepare, { capture: true, signal: listening.signal })
    const unsubscribe = onToast((toast) => {
      setWaiting((others) => [...others, toast])
      if (!listening.signal.aborted) prepare()
    })
    return () => {
      listening.abort()
      unsubscribe()
    }
  }, [])
  return (
    Messages && (
      <Messages
        toasts={waiting}
        onShown={(shown) => setWaiting((all) => all.filter((one) => !shown.includes(one)))}
      />
    )
  )
}
