import { createHash } from 'node:crypto'
import type { ChatMessage } from '../../types'

/**
 * Which ids of calls a family takes: any, nine letters and digits (Mistral), or `functions.name:3` with a number
 * that counts all calls (Kimi K2).
 */
export type CallIdStyle = 'any' | 'nine' | 'numbered'

const NINE = /^[A-Za-z0-9]{9}$/

/**
 * The same conversation with ids that fit the family. A call and its result keep belonging together, and an id that
 * fits already, because the model wrote it, stays.
 */
export function fitCallIds(
  messages: readonly ChatMessage[],
  style: CallIdStyle,
): readonly ChatMessage[] {
  if (style === 'any') return messages
  const fitted = new Map<string, string>()
  let count = 0
  return messages.map((message) => {
    if (message.role === 'tool')
      return { ...message, toolCallId: fitted.get(message.toolCallId) ?? nine(message.toolCallId) }
    if (message.role !== 'assistant' || !message.toolCalls) return message
    const toolCalls = message.toolCalls.map((call) => {
      const id = style === 'nine' ? nine(call.id) : `functions.${call.name}:${count}`
      count++
      fitted.set(call.id, id)
      return { ...call, id }
    })
    return { ...message, toolCalls }
  })
}

/** Nine letters and digits that are always the same for an id. */
const nine = (id: string): string =>
  NINE.test(id)
    ? id
    : createHash('sha256')
        .update(id)
        .digest('base64')
        .replace(/[^A-Za-z0-9]/g, '')
        .slice(0, 9)
