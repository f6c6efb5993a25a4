import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { ChatWorkspace } from '@/components/chat/chat-workspace'

export const metadata: Metadata = { title: 'Chat' }

export default function ChatLayout({ children }: { children: ReactNode }) {
  return <ChatWorkspace>{children}</ChatWorkspace>
}
