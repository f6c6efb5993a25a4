import { describe, expect, it } from 'vitest'
import { withDefaults } from '@/lib/engines/request-defaults'
import { DEFAULT_SAMPLING } from '@/lib/engines/schemas'
import type { GenerateRequest, Prompt } from '@/lib/engines/types'
import type { ThinkingLevel } from '@/lib/models/settings-schemas'
import { request } from './support'

const asked = (fields: Partial<GenerateRequest>): GenerateRequest => ({ ...request(), ...fields })
const chat = (...roles: ('system' | 'user')[]): Prompt => ({
  kind: 'chat',
  messages: roles.map((role) => ({ role, content: role })),
})
const rolesOf = (prompt: Prompt) =>
  prompt.kind === 'chat' ? prompt.messages.map(({ role }) => role) : []

describe('what a request does not say', () => {
  it('is as the settings of its model have it, else as always; what it says stays', () => {
    const settings = { sampling: { temperature: 0.3, top_k: 20, min_p: 0 } }
    const sampling = { temperature: 0, topP: undefined, seed: 7 }
    expect(withDefaults(asked({ sampling }), settings).sampling).toEqual({
      ...DEFAULT_SAMPLING,
      temperature: 0,
      topK: 20,
      minP: 0,
      seed: 7,
    })
    expect(withDefaults(asked({ sampling: {} }), {}).sampling).toEqual(DEFAULT_SAMPLING)
  })

  it('is as its makers advise in its file, unless its settings say otherwise', () => {
    const advised = { temperature: 1.1, top_k: 64, xtc_probability: 0.5 }
    const { sampling } = withDefaults(asked({ sampling: {} }), { sampling: { top_k: 9 } }, advised)
    expect(sampling).toMatchObject({ temperature: 1.1, topK: 9, minP: DEFAULT_SAMPLING.minP })
    expect(sampling.xtc).toEqual({ probability: 0.5, threshold: 0.1 })
  })

  it('is the system prompt of its model, for conversations without a system message', () => {
    const settings = { system_prompt: 'Be brief.' }
    const prompted = (prompt: Prompt) => withDefaults(asked({ prompt }), settings).prompt
    expect(prompted(chat('user'))).toMatchObject({
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }],
    })
    expect(rolesOf(prompted(chat('system', 'user')))).toEqual(['system', 'user'])
    const text = { kind: 'text', text: 'Once' } as const
    expect(prompted(text)).toEqual(text)
  })

  it('is whether its model thinks, and how hard', () => {
    const thinkingOf = (prompt: Prompt, level: ThinkingLevel) => {
      const { prompt: told } = withDefaults(asked({ prompt }), { thinking: level })
      return told.kind === 'chat' && told.thinking
    }
    expect(thinkingOf(chat('user'), 'off')).toEqual({ enabled: false })
    expect(thinkingOf(chat('user'), 'high')).toEqual({ enabled: true, effort: 'high' })
    const said: Prompt = { kind: 'chat', messages: [], thinking: { enabled: true } }
    expect(thinkingOf(said, 'off')).toEqual({ enabled: true })
  })

  it('is how long the model stays loaded', () => {
    const kept = (keepAliveMs: number | undefined, keep_alive?: number) =>
      withDefaults(asked({ keepAliveMs }), { keep_alive }).keepAliveMs
    expect(kept(undefined, -1)).toBe(-1000)
    expect(kept(5, 60)).toBe(5)
    expect(kept(undefined)).toBeUndefined()
  })
})
