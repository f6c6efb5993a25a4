'use client'

import type { ReactNode } from 'react'
import { ChatProviders, useChatUi } from './chat-context'
import { ConversationList } from './conversations/conversation-list'
import { SideSheet } from './side-sheet'

/** The frame of the chat: the conversations beside the one that is open, and streams that outlive the page. */
export function ChatWorkspace({ children }: { children: ReactNode }) {
  return (
    <ChatProviders>
      <div className="flex h-[calc(100dvh-3.5rem-env(safe-area-inset-bottom))] sm:h-dvh">
        <aside
          aria-label="Conversations"
          className="flex w-66 shrink-0 flex-col border-r max-lg:hidden"
        >
          <ConversationList />
        </aside>
        {children}
      </div>
      <ConversationsSheet />
    </ChatProviders>
  )
}

function ConversationsSheet() {
  const { sheet, show } = useChatUi()
  return (
    <SideSheet
      open={sheet === 'conversations'}
      onOpenChange={() => show(null)}
      title="Conversations"
      side="left"
    >
      <ConversationList />
    </SideSheet>
  )
}
