'use client'

import { useQuery } from '@tanstack/react-query'
import { Command, defaultFilter } from 'cmdk'
import {
  Keyboard,
  type LucideIcon,
  MessageSquare,
  MessageSquarePlus,
  Moon,
  Search,
  Sun,
} from 'lucide-react'
import { useTheme } from 'next-themes'
import { type ReactNode, useState } from 'react'
import { Keys } from '@/components/ui/keys'
import { Modal } from '@/components/ui/modal'
import { modelTitle } from '@/lib/client/models/model-names'
import { modelsQuery } from '@/lib/client/models/queries'
import { navItemsFor } from './nav-items'
import type { ShortcutAction } from './shortcuts'

const SEARCH = 'search the hub'

/** The search of the hub fits any text, but what has that name comes first. */
function rank(value: string, text: string, keywords?: string[]): number {
  return value === SEARCH ? 0.001 : defaultFilter(value, text, keywords)
}

type Props = {
  role: 'admin' | 'user'
  /** What was typed before it was there. */
  initialText: string
  onClose: () => void
  onAction: (action: ShortcutAction) => void
}

/** Everything by keyboard: pages, a new chat, a search of the hub. */
export default function Palette({ role, initialText, onClose, onAction }: Props) {
  const { resolvedTheme } = useTheme()
  const { data: models = [] } = useQuery(modelsQuery())
  const [text, setText] = useState(initialText)
  const act = (action: ShortcutAction) => () => {
    onClose()
    onAction(action)
  }
  const go = (href: string) => act({ kind: 'go', href })
  const words = text.trim()
  const otherTheme = resolvedTheme === 'dark' ? 'light' : 'dark'
  return (
    <Modal
      onClose={onClose}
      aria-label="Commands"
      className="mx-auto mt-[12vh] mb-auto h-fit w-[calc(100vw-2rem)] overflow-hidden rounded-md border sm:max-w-lg"
    >
      <Command label="Commands" filter={rank} loop>
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder="Go to a page, or search the hub…"
          className="h-12 w-full border-b bg-transparent px-4 outline-none"
        />
        <Command.List className="max-h-[min(26rem,60dvh)] overflow-y-auto p-1.5">
          {navItemsFor(role).map(({ href, label, icon, letter }) => (
            <Row
              key={href}
              value={`go to ${label}`}
              icon={icon}
              keys={['g', letter]}
              onSelect={go(href)}
            >
              {label}
            </Row>
          ))}
          <Row
            value="start a new chat"
            icon={MessageSquarePlus}
            keys={['n']}
            onSelect={go('/chat')}
          >
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
            keys={['t']}
            onSelect={act({ kind: 'theme' })}
          >
            Use the {otherTheme} theme
          </Row>
          <Row
            value="keyboard shortcuts help"
            icon={Keyboard}
            keys={['?']}
            onSelect={act({ kind: 'help' })}
          >
            Show the keyboard shortcuts
          </Row>
          {words && (
            <Row
              value={SEARCH}
              icon={Search}
              onSelect={go(`/models?q=${encodeURIComponent(words)}`)}
            >
              Search the hub for “{words}”
            </Row>
          )}
        </Command.List>
      </Command>
    </Modal>
  )
}

type RowProps = {
  value: string
  icon: LucideIcon
  /** The shortcut that does the same. */
  keys?: readonly string[]
  onSelect: () => void
  children: ReactNode
}

function Row({ value, icon: Icon, keys, onSelect, children }: RowProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-10 cursor-default items-center gap-3 rounded-sm px-2.5 data-[selected=true]:bg-hover pointer-coarse:min-h-11"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-muted" />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys && (
        <span className="pointer-coarse:hidden">
          <Keys keys={keys} />
        </span>
      )}
    </Command.Item>
  )
}
