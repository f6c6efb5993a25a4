'use client'

import { Box } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { PageLink } from '@/components/shell/page-link'
import { buttonClass } from '@/components/ui/button-class'
import { EmptyState } from '@/components/ui/empty-state'
import { Logo } from '@/components/ui/logo'
import { toastError } from '@/components/ui/toast'
import { DEFAULT_CHAT_SETTINGS } from '@/lib/chat/constants'
import type { ChatSettings } from '@/lib/chat/schemas'
import {
  type ChatModel,
  useChatModels,
  useLoadChatModels,
  useModelName,
} from '@/lib/client/chat/models'
import { useCreateConversation } from '@/lib/client/chat/mutations'
import { ChatView } from './chat-view'
import { Composer } from './composer/composer'

/** A conversation that begins with its first message. `preferred` is the model that a link has asked for. */
export function NewChat({ preferred }: { preferred: string | undefined }) {
  const router = useRouter()
  const { models, loaded } = useChatModels()
  const [chosen, setChosen] = useState(preferred)
  const [settings, setSettings] = useState<ChatSettings>(DEFAULT_CHAT_SETTINGS)
  const model = modelOf(models, chosen)
  const name = useModelName(model)
  const create = useCreateConversation()
  const loadModels = useLoadChatModels()
  const send = async (content: string) => {
    const model = modelOf(await loadModels(), chosen)
    // The composer gives the text back, and says that a model is to be installed first.
    if (model === null) throw new Error('No model is installed.')
    const { id } = await create.mutateAsync({ content, model, settings })
    router.push(`/chat/${id}`)
  }
  const nothing = loaded && models.length === 0
  return (
    <ChatView
      title="New chat"
      parameters={{
        model,
        settings,
        contextTokens: null,
        onModel: setChosen,
        onSettings: setSettings,
      }}
    >
      <div className="grid min-h-0 flex-1 place-items-center overflow-y-auto">
        {nothing ? (
          <NoModels />
        ) : (
          <Welcome name={name} onPick={(text) => void send(text).catch(toastError)} />
        )}
      </div>
      <Composer
        placeholder={`Message ${name}…`}
        running={null}
        blocked={nothing ? 'Install a model first' : undefined}
        busy={create.isPending || create.isSuccess}
        error={create.error}
        onSend={send}
      />
    </ChatView>
  )
}

/** The model that was chosen, or else the one used last; null when there is none. */
function modelOf(models: readonly ChatModel[], chosen: string | undefined): string | null {
  return (models.find(({ id }) => id === chosen) ?? models[0])?.id ?? null
}

const BEGINNINGS = [
  'Tell me a story about a fox and a kite.',
  'Count from one to ten.',
  'Name the days of the week.',
]

function Welcome({ name, onPick }: { name: string; onPick: (text: string) => void }) {
  return (
    <div className="grid w-full max-w-120 justify-items-center gap-1 px-4 py-8 text-center">
      <Logo className="mb-3 size-8" />
      <p className="font-semibold text-lg">Ask {name}</p>
      <p className="text-ink-muted">It runs on this server. Nothing you write leaves it.</p>
      <ul className="mt-6 grid w-full gap-2">
        {BEGINNINGS.map((text) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => onPick(text)}
              className="w-full rounded-md border bg-surface px-4 py-2.5 text-left text-ink-muted transition-colors hover:border-line-strong hover:text-ink pointer-coarse:py-3"
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function NoModels() {
  return (
    <EmptyState
      icon={Box}
      title="No model is installed"
      action={
        <PageLink href="/models" className={buttonClass('primary')}>
          Get a model
        </PageLink>
      }
    >
      A conversation needs a model that runs on this server.
    </EmptyState>
  )
}
