'use client'

import { Menu as MenuIcon, SlidersHorizontal } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { LiveDot } from '@/components/shell/live-dot'
import { IconButton } from '@/components/ui/icon-button'
import { useChatUi } from './chat-context'
import { ParametersPanel } from './parameters/parameters-panel'
import { SideSheet } from './side-sheet'

type Props = {
  title: string
  /** What can be done with the conversation, at the end of its header. */
  actions?: ReactNode
  parameters: ComponentProps<typeof ParametersPanel>
  /** The thread and the composer. */
  children: ReactNode
}

/** One conversation: its header, what it says, and its parameters beside it. */
export function ChatView({ title, actions, parameters, children }: Props) {
  const { sheet, show } = useChatUi()
  return (
    <>
      <section aria-label={title} className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-14 shrink-0 items-center gap-1 border-b px-2 sm:px-4">
          <IconButton
            icon={MenuIcon}
            label="Conversations"
            onClick={() => show('conversations')}
            className="lg:hidden"
          />
          <h1 className="min-w-0 flex-1 truncate px-1 font-semibold">
            <bdi>{title}</bdi>
          </h1>
          <LiveDot className="sm:hidden" />
          {actions}
          <IconButton
            icon={SlidersHorizontal}
            label="Parameters"
            onClick={() => show('parameters')}
            className="xl:hidden"
          />
        </header>
        {children}
      </section>
      <aside aria-label="Parameters" className="flex w-72 shrink-0 flex-col border-l max-xl:hidden">
        <ParametersPanel {...parameters} />
      </aside>
      <SideSheet
        open={sheet === 'parameters'}
        onOpenChange={() => show(null)}
        title="Parameters"
        side="right"
      >
        <ParametersPanel {...parameters} />
      </SideSheet>
    </>
  )
}
