'use client'

import { useQuery } from '@tanstack/react-query'
import { Command, defaultFilter } from 'cmdk'
import { type LucideIcon, MessageSquare, MessageSquarePlus, Moon, Search, Sun } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { type ReactNode, useState } from 'react'
import { modelTitle } from '@/lib/client/models/model-title'
import { modelsQuery } from '@/lib/client/models/queries'
import { navItemsFor } from './nav-items'

const SEARCH = 'search the hub'

/** The search of the hub fits any text, but what has that name comes first. */
function rank(value: string, text: string, keywords?: string[]): number {
  return value === SEARCH ? 0.001 : defaultFilter(value, text, keywords)
}

type Props = { role: 'admin' | 'user'; onClose: () => void }

/** Everything by keyboard: pages, a new chat, a search of the hub. */
export default function Palette({ role, onClose }: Props) {
  const router = useRouter()
  const { resolvedTheme, setTheme } = useTheme()
  const { data: models = [] } = useQuery(modelsQuery())
  const [text, setText] = useState('')
  const go = (href: string) => () => {
    onClose()
    router.push(href)
  }
  const otherTheme = resolvedTheme === 'dark' ? 'light' : 'dark'
  return (
    <Command.Dialog
      open
      onOpenChange={onClose}
      label="Commands"
      filter={rank}
      overlayClassName="fixed inset-0 z-40 animate-appear bg-veil"
      contentClassName="fixed top-[12vh] left-1/2 z-40 w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 overflow-hidden rounded-md border bg-surface shadow-elevated"
    >
      <Command.Input
        value={text}
        onValueChange={setText}
        placeholder="Go to a page, or search the hub…"
        className="h-12 w-full border-b bg-transparent px-4 outline-none"
      />
      <Command.List className="max-h-80 overflow-y-auto p-1.5">
        {navItemsFor(role).map(({ href, label, icon }) => (
          <Row key={href} value={`go to ${label}`} icon={icon} onSelect={go(href)}>
            {label}
          </Row>
        ))}
        <Row value="new chat" icon={MessageSquarePlus} onSelect={go('/chat')}>
          Start a chat
        </Row>
        {models.map((model) => (
          <Row
            key={model.id}
            value={`chat with ${modelTitle(model)} ${model.id}`}
            icon={MessageSquare}
            onSelect={go(`/chat?model=${encodeURIComponent(model.id)}`)}
          >
            Chat with {modelTitle(model)}
          </Row>
        ))}
        <Row
          value={`theme ${otherTheme}`}
          icon={otherTheme === 'dark' ? Moon : Sun}
          onSelect={() => {
            setTheme(otherTheme)
            onClose()
          }}
        >
          Use the {otherTheme} theme
        </Row>
        {text.trim() && (
          <Row
            value={SEARCH}
            icon={Search}
            onSelect={go(`/models?q=${encodeURIComponent(text.trim())}`)}
          >
            Search the hub for “{text.trim()}”
          </Row>
        )}
      </Command.List>
    </Command.Dialog>
  )
}

type RowProps = { value: string; icon: LucideIcon; onSelect: () => void; children: ReactNode }

function Row({ value, icon: Icon, onSelect, children }: RowProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-10 cursor-default items-center gap-3 rounded-sm px-2.5 data-[selected=true]:bg-hover pointer-coarse:min-h-11"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-muted" />
      <span className="min-w-0 truncate">{children}</span>
    </Command.Item>
  )
}
