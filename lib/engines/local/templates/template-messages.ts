import {
  type ChatMessage,
  type MessageContent,
  messageText,
  type ToolCall,
  type ToolDefinition,
} from '../../types'
import { readJson } from './jinja/json-reader'
import { TaintedString } from './jinja/tainted-string'
import { Dict, str, type Value } from './jinja/values'

/** A value of JavaScript as a template sees it; its texts, and the names of its members, are input. */
export function toValue(input: unknown): Value {
  if (input === null || typeof input === 'boolean') return input
  if (typeof input === 'string') return TaintedString.input(input)
  if (typeof input === 'number') return Number.isInteger(input) ? BigInt(input) : input
  if (Array.isArray(input)) return input.map(toValue)
  if (typeof input !== 'object') return null
  return new Dict(
    Object.entries(input)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [TaintedString.input(name), toValue(member)]),
  )
}

/** A mapping whose member names are ours; members that are undefined are left out. */
export function record(members: Readonly<Record<string, Value | undefined>>): Dict {
  return new Dict(
    Object.entries(members).flatMap(([name, member]): [Value, Value][] =>
      member === undefined ? [] : [[str(name), member]],
    ),
  )
}

/** How a family wants what can be written in more than one way. */
export type MessageShape = {
  /** Arguments as a mapping, or as the JSON text that the model wrote. */
  arguments: 'mapping' | 'text'
  /** Content as a text, as a list of parts, or as it came. */
  content: 'text' | 'parts' | 'either'
  /** What stands as content beside calls when there is no text. */
  noContent: '' | null
}

/** A conversation as templates have it: `role`, `content`, `reasoning_content`, `tool_calls`, `tool_call_id`, `name`. */
export function messageValues(messages: readonly ChatMessage[], shape: MessageShape): Value[] {
  const names = new Map<string, string>()
  return messages.map((message) => {
    if (message.role === 'assistant')
      for (const call of message.toolCalls ?? []) names.set(call.id, call.name)
    return messageValue(message, shape, names)
  })
}

/** @param names what the functions are called whose results follow, by the ids of the calls */
function messageValue(
  message: ChatMessage,
  shape: MessageShape,
  names: ReadonlyMap<string, string>,
): Value {
  const content = contentValue(message.content, shape)
  switch (message.role) {
    case 'system':
    case 'user':
      return record({ role: str(message.role), content })
    case 'tool': {
      const name = names.get(message.toolCallId)
      return record({
        role: str('tool'),
        content,
        tool_call_id: TaintedString.input(message.toolCallId),
        name: name === undefined ? undefined : TaintedString.input(name),
      })
    }
    case 'assistant': {
      const calls = message.toolCalls?.map((call) => callValue(call, shape))
      const isSilent = calls?.length && messageText(message.content) === ''
      const reasoning = message.reasoning ? TaintedString.input(message.reasoning) : undefined
      return record({
        role: str('assistant'),
        content: isSilent && shape.noContent === null ? null : content,
        // The three names under which templates look for it.
        reasoning_content: reasoning,
        reasoning,
        thinking: reasoning,
        tool_calls: calls?.length ? calls : undefined,
      })
    }
  }
}

function contentValue(content: MessageContent, shape: MessageShape): Value {
  const isText =
    shape.content === 'text' || (shape.content === 'either' && typeof content === 'string')
  if (isText) return TaintedString.input(messageText(content))
  const parts = typeof content === 'string' ? [content] : content
  return parts.map((text) => record({ type: str('text'), text: TaintedString.input(text) }))
}

function callValue(call: ToolCall, shape: MessageShape): Dict {
  return record({
    id: TaintedString.input(call.id),
    type: str('function'),
    function: record({
      name: TaintedString.input(call.name),
      arguments:
        shape.arguments === 'text'
          ? TaintedString.input(call.arguments.trim() || '{}')
          : readArguments(call.arguments),
    }),
  })
}

/**
 * Arguments as a mapping. A client hands back what it was given, also of an answer that was cut: what is no JSON
 * object becomes one, because templates go through its members.
 */
export function readArguments(text: string): Dict {
  const input = TaintedString.input(text)
  if (text.trim() === '') return new Dict()
  try {
    const value = readJson(input)
    if (value instanceof Dict) return value
  } catch {
    // No JSON: it is handed over as it is.
  }
  return record({ arguments: input })
}

/** Tools as templates have them, which is as OpenAI's API does. */
export function toolValues(tools: readonly ToolDefinition[]): Value[] {
  return tools.map((tool) =>
    record({
      type: str('function'),
      function: record({
        name: TaintedString.input(tool.name),
        description: TaintedString.input(tool.description ?? ''),
        parameters: toValue(tool.parameters ?? { type: 'object', properties: {} }),
      }),
    }),
  )
}
