'use client'

import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useMemo, useState } from 'react'
import { Answers, AnswersContext } from '@/lib/client/chat/answers'

/** Which column is shown as a sheet, on a page too narrow for it. */
export type Sheet = 'conversations' | 'parameters' | null

type ChatUi = { sheet: Sheet; show: (sheet: Sheet) => void }

const ChatUiContext = createContext<ChatUi | null>(null)

/** What the parts of the chat share in this tab: streams, and which sheet is open. */
export function ChatProviders({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const [answers] = useState(() => new Answers(queryClient))
  const [sheet, show] = useState<Sheet>(null)
  const ui = useMemo(() => ({ sheet, show }), [sheet])
  return (
    <AnswersContext value={answers}>
      <ChatUiContext value={ui}>{children}</ChatUiContext>
    </AnswersContext>
  )
}

/** Which sheet is open, and how to open another. */
export function useChatUi(): ChatUi {
  const ui = use(ChatUiContext)
  if (ui) return ui
  throw new Error('The chat’s sheets are only available inside the chat.')
}
