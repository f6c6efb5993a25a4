import type { ChatMessage, MessageContent } from '@/lib/engines/types'
import { invalid } from '@/lib/platform/errors'
import type { WireContent, WireMessage } from './schemas/messages'

type AssistantMessage = Extract<WireMessage, { role: 'assistant' }>

/**
 * The conversation in the engine's terms.
 * @throws AppError when a tool's result answers no call that came before it.
 */
export function toMessages(wire: readonly WireMessage[]): ChatMessage[] {
  const calls = new Set<string>()
  for (const [index, message] of wire.entries()) {
    if (message.role === 'assistant')
      for (const call of message.tool_calls ?? []) calls.add(call.id)
    if (message.role === 'tool' && !calls.has(message.tool_call_id))
      throw invalid(
        `\`messages.${index}\` answers the tool call ${JSON.stringify(message.tool_call_id)}, which no message before it made.`,
        `messages.${index}.tool_call_id`,
      )
  }
  return wire.map(toMessage)
}

function toMessage(message: WireMessage): ChatMessage {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: toContent(message.content) }
    case 'user':
      return { role: 'user', content: toContent(message.content) }
    case 'assistant':
      return toAssistant(message)
    case 'tool':
      return {
        role: 'tool',
        content: toContent(message.content),
        toolCallId: message.tool_call_id,
      }
  }
}

function toAssistant(message: AssistantMessage): ChatMessage {
  const toolCalls = (message.tool_calls ?? []).map(
    ({ id, function: { name, arguments: given } }) => ({
      id,
      name,
      arguments: given,
    }),
  )
  const reasoning = message.reasoning_content || message.reasoning
  return {
    role: 'assistant',
    content: toAnswer(message),
    ...(reasoning ? { reasoning } : {}),
    ...(toolCalls.length > 0 ? { toolCalls } : {}),
  }
}

function toContent(content: WireContent): MessageContent {
  return typeof content === 'string' ? content : content.map((part) => part.text)
}

function toAnswer({ content, refusal }: AssistantMessage): MessageContent {
  if (content == null || content === '' || content.length === 0) return refusal ?? ''
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : part.refusal))
}
