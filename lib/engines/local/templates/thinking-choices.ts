import { LRUCache } from 'lru-cache'
import type { ThinkingSupport } from '@/lib/models/types'
import { isAppError } from '@/lib/platform/errors'
import { ChatTemplate } from './chat-template'

/** Templates that are remembered: a machine has a few dozen models, most of a few families. */
const KEPT = 200
const NONE: ThinkingSupport = { switch: false, effort: false }
const QUESTION = [{ role: 'user' as const, content: 'Hello' }]

/** Finds out what a person can choose about the thinking of a model, by letting its template say it each way. */
export class ThinkingChoices {
  readonly #known = new LRUCache<string, ThinkingSupport>({ max: KEPT })

  /** @param source The chat template, from the GGUF. */
  of(source: string): ThinkingSupport {
    const known = this.#known.get(source)
    if (known) return known
    // Most templates say nothing of it, and need not be tried.
    const found = /think|reason|effort/i.test(source) ? tried(source) : NONE
    this.#known.set(source, found)
    return found
  }
}

function tried(source: string): ThinkingSupport {
  const template = new ChatTemplate(source, { bos: '', eos: '' })
  const says = (thinking: Parameters<ChatTemplate['attempt']>[2]) =>
    template.attempt(QUESTION, [], thinking)
  try {
    const [off, low] = [says({ enabled: false }), says({ effort: 'low' })]
    return {
      // Some repeat whatever word they are given for the effort: `none` switches nothing off there.
      switch: off !== says({ enabled: true }) && off !== low?.replace(/\blow\b/g, 'none'),
      effort: low !== says({ effort: 'high' }),
    }
  } catch (error) {
    // It can't be read: whoever chats with it is told so.
    if (isAppError(error)) return NONE
    throw error
  }
}
