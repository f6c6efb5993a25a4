'use client'

import { RotateCcw } from 'lucide-react'
import { lazy, Suspense, useId } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { CHAT_SETTING_RANGES, DEFAULT_CHAT_SETTINGS } from '@/lib/chat/constants'
import type { ChatSettings } from '@/lib/chat/schemas'
import { useChatModels } from '@/lib/client/chat/models'
import { formatContext } from '@/lib/client/format'
import { DEFAULT_SAMPLING } from '@/lib/engines/schemas'
import { ContextMeter } from './context-meter'
import { NumberField } from './number-field'
import { SliderField } from './slider-field'
import { SystemPrompt } from './system-prompt'

// Most models leave no choice.
const ThinkingField = lazy(() => import('./thinking-field'))

type Props = {
  model: string | null
  settings: ChatSettings
  /** Tokens of context that the conversation uses; null while that is unknown. */
  contextTokens: number | null
  onModel: (model: string) => void
  onSettings: (settings: ChatSettings) => void
}

/** How the model is asked: which one, what it is told first, and how its next word is chosen. */
export function ParametersPanel({ model, settings, contextTokens, onModel, onSettings }: Props) {
  const set = (changes: Partial<ChatSettings>) => onSettings({ ...settings, ...changes })
  const { models } = useChatModels()
  const support = models.find(({ id }) => id === model)?.thinking
  const changed = JSON.stringify(settings) !== JSON.stringify(DEFAULT_CHAT_SETTINGS)
  return (
    <>
      <header className="flex h-14 shrink-0 items-center justify-between pr-3 pl-4 max-xl:pr-13">
        <h2 className="font-semibold">Parameters</h2>
        {changed && (
          <Button size="sm" variant="ghost" onClick={() => onSettings(DEFAULT_CHAT_SETTINGS)}>
            <RotateCcw aria-hidden />
            Reset
          </Button>
        )}
      </header>
      <div className="grid min-h-0 flex-1 auto-rows-min gap-5 overflow-y-auto px-4 pt-1 pb-6">
        <ModelField model={model} onModel={onModel} />
        <ContextMeter model={model} tokens={contextTokens} />
        <SystemPrompt
          value={settings.system_prompt}
          onCommit={(system_prompt) => set({ system_prompt })}
        />
        {(support?.switch || support?.effort) && (
          <Suspense>
            <ThinkingField
              support={support}
              value={settings.thinking}
              onChange={(thinking) => set({ thinking })}
            />
          </Suspense>
        )}
        <Sampling settings={settings} set={set} />
        <Limits settings={settings} set={set} />
      </div>
    </>
  )
}

function ModelField({ model, onModel }: { model: string | null; onModel: (id: string) => void }) {
  const id = useId()
  const { models } = useChatModels()
  const options = models.map(({ id: value, name, contextTokens }) => ({
    value,
    label: name,
    detail: contextTokens === null ? undefined : formatContext(contextTokens),
  }))
  return (
    <Field id={id} label="Model">
      <Select
        id={id}
        label="Model"
        value={model ?? undefined}
        placeholder="Choose a model"
        options={options}
        onChange={onModel}
        className="w-full"
      />
    </Field>
  )
}

type GroupProps = { settings: ChatSettings; set: (changes: Partial<ChatSettings>) => void }

function Sampling({ settings, set }: GroupProps) {
  return (
    <div className="grid gap-4">
      <SliderField
        label="Temperature"
        hint="0 always takes the likeliest token"
        value={settings.temperature}
        usual={DEFAULT_SAMPLING.temperature}
        {...{ min: 0, max: 2, step: 0.05 }}
        onCommit={(temperature) => set({ temperature })}
      />
      <SliderField
        label="Top-p"
        hint="Share of likelihood to choose from"
        value={settings.top_p}
        usual={DEFAULT_SAMPLING.topP}
        {...{ min: 0.05, max: 1, step: 0.05 }}
        onCommit={(top_p) => set({ top_p })}
      />
      <SliderField
        label="Min-p"
        hint="Leaves out tokens less likely than this share of the likeliest"
        value={settings.min_p}
        usual={DEFAULT_SAMPLING.minP}
        {...{ min: 0, max: 1, step: 0.01 }}
        onCommit={(min_p) => set({ min_p })}
      />
    </div>
  )
}

function Limits({ settings, set }: GroupProps) {
  return (
    <div className="grid gap-3">
      <NumberField
        label="Top-k"
        range={CHAT_SETTING_RANGES.top_k}
        value={settings.top_k}
        empty="model’s own"
        onCommit={(top_k) => set({ top_k })}
      />
      <NumberField
        label="Seed"
        range={CHAT_SETTING_RANGES.seed}
        value={settings.seed}
        empty="random"
        onCommit={(seed) => set({ seed })}
      />
      <NumberField
        label="Max tokens"
        range={CHAT_SETTING_RANGES.max_tokens}
        value={settings.max_tokens}
        empty="no limit"
        onCommit={(max_tokens) => set({ max_tokens })}
      />
    </div>
  )
}
