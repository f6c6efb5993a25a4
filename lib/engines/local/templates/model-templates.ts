import type { ToolDefinition } from '../../types'
import { ChatTemplate } from './chat-template'
import { deriveFormat } from './reading/derive-format'
import type { ReplyFormat } from './reading/reply-format'

/** The templates that a model file brings; null for one that it does not. */
export type TemplateSources = { chat: string | null; toolUse: string | null }

/** A template, and how the family writes what it is asked for by it. */
export type FamilyTemplate = { template: ChatTemplate; format: ReplyFormat }

/** The chat templates of a model: one for everything, and in some families one for conversations with tools. */
export class ModelTemplates {
  readonly #chat: FamilyTemplate
  readonly #toolUse: FamilyTemplate

  /** Reads them off at once, so that no answer waits for it. A template that can't be read is refused when it is used. */
  constructor(sources: TemplateSources, special: { bos: string; eos: string }) {
    this.#chat = readOff(new ChatTemplate(sources.chat, special))
    this.#toolUse = sources.toolUse
      ? readOff(new ChatTemplate(sources.toolUse, special))
      : this.#chat
  }

  /** What the templates say, for a look at which marks they use. */
  get source(): string {
    return `${this.#chat.template.source ?? ''}\n${this.#toolUse.template.source ?? ''}`
  }

  for(tools: readonly ToolDefinition[]): FamilyTemplate {
    return tools.length > 0 ? this.#toolUse : this.#chat
  }
}

function readOff(template: ChatTemplate): FamilyTemplate {
  return { template, format: deriveFormat(template) }
}
