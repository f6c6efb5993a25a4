import type { InstalledModel, ModelSettings } from '@/lib/client/models/queries'

type Option = { value: string; label: string }

/** A field of the form, by the name that the server knows it by. */
export type SettingField = {
  name: string
  label: string
  hint?: string
  /** What an empty one means. */
  empty: string
} & ({ kind: 'number' | 'text' } | { kind: 'choice'; options: readonly Option[] })

/** What is written in the form, by the names of its fields; what is not there is empty. */
export type Draft = Readonly<Record<string, string>>

const CACHE: readonly Option[] = ['f16', 'q8_0', 'q4_0'].map((value) => ({ value, label: value }))

/** Those that count from the next load on. */
export const LOADING: readonly SettingField[] = [
  {
    kind: 'number',
    name: 'context_size',
    label: 'Context',
    empty: 'as trained for',
    hint: 'Tokens of one conversation.',
  },
  { kind: 'number', name: 'parallel', label: 'Parallel requests', empty: 'as the server' },
  { kind: 'number', name: 'threads', label: 'Threads', empty: 'measured' },
  { kind: 'number', name: 'gpu_layers', label: 'Layers on the GPU', empty: 'as many as fit' },
  {
    kind: 'choice',
    name: 'flash_attention',
    label: 'Flash attention',
    empty: 'Where it is faster',
    options: [
      { value: 'true', label: 'On' },
      { value: 'false', label: 'Off' },
    ],
  },
  {
    kind: 'choice',
    name: 'kv_type_k',
    label: 'Cache of keys',
    empty: 'f16, as usual',
    options: CACHE,
  },
  {
    kind: 'choice',
    name: 'kv_type_v',
    label: 'Cache of values',
    empty: 'f16, as usual',
    hint: 'The others need flash attention.',
    options: CACHE,
  },
]

const SAMPLING: readonly SettingField[] = [
  ['temperature', 'Temperature'],
  ['top_p', 'Top-p'],
  ['top_k', 'Top-k'],
  ['min_p', 'Min-p'],
  ['repeat_penalty', 'Repeat penalty'],
  ['frequency_penalty', 'Frequency penalty'],
  ['presence_penalty', 'Presence penalty'],
  ['xtc_probability', 'XTC probability'],
  ['xtc_threshold', 'XTC threshold'],
].map(([name, label = '']) => ({
  kind: 'number',
  name: `sampling.${name}`,
  label,
  empty: 'model’s own',
}))

const OTHERS: readonly SettingField[] = [
  {
    kind: 'number',
    name: 'keep_alive',
    label: 'Unload after',
    empty: 'as the server',
    hint: 'Idle seconds; −1 is never.',
  },
  { kind: 'text', name: 'system_prompt', label: 'System prompt', empty: 'none' },
]

/** Those that count for requests that say nothing. */
export function writing({ switch: hasSwitch, effort }: InstalledModel['thinking']): SettingField[] {
  const levels = [...(hasSwitch ? ['off', 'on'] : []), ...(effort ? ['low', 'medium', 'high'] : [])]
  const options = levels.map((value) => ({ value, label: value }))
  const thinking: SettingField[] =
    options.length === 0
      ? []
      : [
          {
            kind: 'choice',
            name: 'thinking',
            label: 'Thinking',
            empty: 'As it does by itself',
            options,
          },
        ]
  return [...SAMPLING, ...thinking, ...OTHERS]
}

/** What the form begins with. */
export function draftOf({ sampling = {}, ...others }: ModelSettings): Draft {
  const nested = Object.entries(sampling).map(([name, value]) => [`sampling.${name}`, value])
  return Object.fromEntries(
    [...Object.entries(others), ...nested].map(([name, value]) => [name, String(value ?? '')]),
  )
}

/** What the form says, in the place of what was set. The server checks it, and names the field that is wrong. */
export function settingsOf(draft: Draft): ModelSettings {
  const texts = new Set(['system_prompt', 'thinking', 'kv_type_k', 'kv_type_v'])
  const read = (name: string, text: string) => {
    if (texts.has(name)) return text
    if (name === 'flash_attention') return text === 'true'
    // A comma is how many write a fraction. What is no number goes as it is, and is refused by name.
    const number = Number(text.replace(',', '.').replace('−', '-'))
    return Number.isNaN(number) ? text : number
  }
  const said = Object.entries(draft)
    .map(([name, text]): [string, string] => [name, text.trim()])
    .filter(([, text]) => text !== '')
    .map(([name, text]): [string, unknown] => [name, read(name, text)])
  const isNested = (name: string) => name.startsWith('sampling.')
  const sampling = said
    .filter(([name]) => isNested(name))
    .map(([name, value]) => [name.slice('sampling.'.length), value])
  return {
    ...Object.fromEntries(said.filter(([name]) => !isNested(name))),
    ...(sampling.length > 0 ? { sampling: Object.fromEntries(sampling) } : {}),
  }
}
