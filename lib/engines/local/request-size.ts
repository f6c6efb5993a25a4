import { type ChatMessage, messageText, type Prompt } from '../types'
import type { NewRequest, WorkerRequest } from './protocol'

/** Characters from which on reading a text may take so long that it looks like a hang. */
export const LONG_TEXT = 50_000
/** What a message costs a template besides its text, as so many characters. */
const MESSAGE = 50
/** What a schema costs, which becomes a grammar, in characters of text that cost as much. */
const SCHEMA_WEIGHT = 4

/** Whether a worker may be silent for long while it reads a request. */
export function isLong(request: NewRequest): boolean {
  switch (request.kind) {
    case 'generate':
      return isLongGeneration(request.request)
    case 'count':
      return isLongGeneration(request.request)
    case 'embed':
      return request.inputs.reduce((sum, { length }) => sum + length, 0) > LONG_TEXT
    case 'tokenize':
      return request.text.length > LONG_TEXT
    case 'detokenize':
      return request.tokens.length > LONG_TEXT
  }
}

/** The same for a request to generate, of which templates and grammars are made. */
export function isLongGeneration({ prompt, format }: Pick<WorkerRequest, 'prompt' | 'format'>) {
  const schema = format.kind === 'schema' ? JSON.stringify(format.schema).length : 0
  return promptSize(prompt) + schema * SCHEMA_WEIGHT > LONG_TEXT
}

function promptSize(prompt: Prompt): number {
  switch (prompt.kind) {
    case 'tokens':
      return prompt.tokens.length
    case 'text':
      return prompt.text.length
    case 'chat':
      return prompt.messages.reduce(withMessage, JSON.stringify(prompt.tools ?? []).length)
  }
}

function withMessage(sum: number, message: ChatMessage): number {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : []
  const written = calls.reduce(
    (size, call) => size + call.arguments.length,
    messageText(message.content).length,
  )
  return sum + MESSAGE + written
}
