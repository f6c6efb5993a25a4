import {
  type ChatMessage,
  type MessageContent,
  messageText,
  type ToolDefinition,
} from '../../types'
import { fitCallIds } from './call-ids'
import type { Capabilities } from './capabilities'
import { readJson } from './jinja/json-reader'
import { TaintedString } from './jinja/tainted-string'
import { COMMON_WRITTEN } from './reading/families'
import { writeCalls } from './reading/write-calls'
import type { WrittenCalls } from './reading/written-calls'

export type Conversation = {
  messages: readonly ChatMessage[]
  tools: readonly ToolDefinition[]
}

/**
 * The same conversation in what the family's template can say: nothing of it is left out.
 * @param written how the family writes calls, where its template does not say it
 */
export function fold(
  { messages, tools }: Conversation,
  can: Capabilities,
  written: WrittenCalls = COMMON_WRITTEN,
): Conversation {
  const hasCalls = messages.some(({ role, ...rest }) => role === 'tool' || 'toolCalls' in rest)
  const saysCalls = can.calls && ((tools.length > 0 && can.tools) || can.callsWithoutTools)
  let folded = fitCallIds(messages, can.callIds)
  if (hasCalls && !saysCalls) folded = folded.map((message) => callsAsText(message, written))
  else if (!can.parallelCalls) folded = oneCallAtATime(folded)
  if (tools.length > 0 && !can.tools) folded = toolsAsText(folded, tools, written)
  if (!can.system) folded = systemInFirstUser(folded)
  return { messages: folded, tools: can.tools ? tools : [] }
}

/**
 * For templates that refuse more: system messages become one, at the beginning or in the first of the user's, and
 * user and assistant take turns, the user first.
 */
export function takeTurns(
  messages: readonly ChatMessage[],
  can: Capabilities,
  written: WrittenCalls = COMMON_WRITTEN,
): ChatMessage[] {
  const systems = messages
    .filter(({ role }) => role === 'system')
    .map(({ content }) => messageText(content))
  const system: ChatMessage[] =
    systems.length > 0 ? [{ role: 'system', content: systems.join('\n\n') }] : []
  const turns: ChatMessage[] = []
  for (const message of messages.map((each) => callsAsText(each, written))) {
    const last = turns.at(-1)
    if (message.role === 'system') continue
    if (!last && message.role !== 'user') turns.push({ role: 'user', content: '' })
    if (last?.role === message.role && (last.role === 'user' || last.role === 'assistant'))
      turns[turns.length - 1] = { ...last, content: joined(last.content, message.content) }
    else turns.push(message)
  }
  return can.system ? [...system, ...turns] : systemInFirstUser([...system, ...turns])
}

/** For templates that take it for granted that each parameter is described. */
export function describeParameters(tool: ToolDefinition): ToolDefinition {
  const properties = tool.parameters?.properties
  if (typeof properties !== 'object' || properties === null) return tool
  const described = Object.entries(properties).map(([name, schema]: [string, unknown]) => [
    name,
    typeof schema === 'object' ? { description: '', ...schema } : schema,
  ])
  return { ...tool, parameters: { ...tool.parameters, properties: Object.fromEntries(described) } }
}

/** Calls that were made at once, as if one had been made after the other, each with its result. */
function oneCallAtATime(messages: readonly ChatMessage[]): ChatMessage[] {
  const results = new Map<string, ChatMessage>()
  for (const message of messages)
    if (message.role === 'tool') results.set(message.toolCallId, message)
  const placed = new Set<ChatMessage>()
  return messages.flatMap((message) => {
    if (placed.has(message)) return []
    if (message.role !== 'assistant' || (message.toolCalls?.length ?? 0) < 2) return [message]
    return (message.toolCalls ?? []).flatMap((call, at): ChatMessage[] => {
      const result = results.get(call.id)
      if (result) placed.add(result)
      const one: ChatMessage = {
        role: 'assistant',
        content: at === 0 ? message.content : '',
        ...(at === 0 && message.reasoning ? { reasoning: message.reasoning } : {}),
        toolCalls: [call],
      }
      return result ? [one, result] : [one]
    })
  })
}

/** A call or a result in words, for templates that have no form for them. */
function callsAsText(message: ChatMessage, written: WrittenCalls): ChatMessage {
  if (message.role === 'tool')
    return {
      role: 'user',
      content: `<tool_response>${messageText(message.content)}</tool_response>`,
    }
  if (message.role !== 'assistant' || !message.toolCalls?.length) return message
  const calls = message.toolCalls.map((call) => ({ ...call, arguments: jsonOr(call.arguments) }))
  const content = [messageText(message.content), writeCalls(written, calls)]
    .filter(Boolean)
    .join('\n')
  return { ...message, content, toolCalls: undefined }
}

function jsonOr(text: string): string {
  if (text.trim() === '') return '{}'
  try {
    readJson(TaintedString.plain(text))
    return text
  } catch {
    return JSON.stringify(text)
  }
}

/** The tools, and how to call them, become part of the system message. */
function toolsAsText(
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
  written: WrittenCalls,
): ChatMessage[] {
  const example = writeCalls(written, [{ name: '…', arguments: '{…}' }])
  const text = [
    'You can call these functions:',
    ...tools.map(({ name, description, parameters }) =>
      JSON.stringify({
        name,
        description: description ?? '',
        parameters: parameters ?? { type: 'object', properties: {} },
      }),
    ),
    `To call one, answer with ${example}.`,
  ].join('\n')
  const [first, ...rest] = messages
  if (first?.role === 'system')
    return [{ role: 'system', content: joined(first.content, text) }, ...rest]
  return [{ role: 'system', content: text }, ...messages]
}

/** System messages become the beginning of what the user says next. */
function systemInFirstUser(messages: readonly ChatMessage[]): ChatMessage[] {
  let pending = ''
  const folded: ChatMessage[] = []
  for (const message of messages) {
    if (message.role === 'system') pending = joined(pending, message.content)
    else if (message.role === 'user' && pending) {
      folded.push({ role: 'user', content: joined(pending, message.content) })
      pending = ''
    } else folded.push(message)
  }
  return pending ? [...folded, { role: 'user', content: pending }] : folded
}

const joined = (...texts: MessageContent[]): string =>
  texts.map(messageText).filter(Boolean).join('\n\n')
