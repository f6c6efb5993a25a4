import type { ChatMessage, ToolDefinition } from '../../types'
import type { CallIdStyle } from './call-ids'
import type { MessageShape } from './template-messages'

/** What a family's template can say, found out by letting it say it. */
export type Capabilities = {
  shape: MessageShape
  callIds: CallIdStyle
  /** Whether it has a place for system messages. */
  system: boolean
  /** Whether it tells the model about tools. */
  tools: boolean
  /** Whether it writes calls and their results. */
  calls: boolean
  /** Whether it still does when no tools are offered. */
  callsWithoutTools: boolean
  /** Whether one answer can have several calls. */
  parallelCalls: boolean
}

/** Renders a conversation; undefined where the template refuses. */
export type Attempt = (
  messages: readonly ChatMessage[],
  tools: readonly ToolDefinition[],
  shape: MessageShape,
) => string | undefined

// Words that no template has of its own.
const SYSTEM = 'Qsystemq'
const USER = 'Quserq'
const TOOL = 'qtool_one'
const OTHER = 'qtool_two'
const VALUE = 'Qvalueq'
const RESULT = 'Qresultq'
const SECOND = 'Qsecondq'
const OTHER_VALUE = 'Qothervalueq'

const tool = (name: string): ToolDefinition => ({
  name,
  description: 'Qdescriptionq',
  parameters: {
    type: 'object',
    properties: { qname: { type: 'string', description: 'Qmeaningq' } },
    required: ['qname'],
  },
})
const user: ChatMessage = { role: 'user', content: USER }
const call = (id: string, name: string, value = VALUE) => ({
  id,
  name,
  arguments: `{"qname": "${value}"}`,
})
const result = (id: string, content: string): ChatMessage => ({
  role: 'tool',
  content,
  toolCallId: id,
})
const calling = (...calls: ReturnType<typeof call>[]): ChatMessage => ({
  role: 'assistant',
  content: '',
  toolCalls: calls,
})

/** Lets a template render a dozen small conversations and looks for what it was given. */
export function findCapabilities(attempt: Attempt): Capabilities {
  const says = (
    messages: readonly ChatMessage[],
    tools: readonly ToolDefinition[],
    shape: MessageShape,
    words: readonly string[],
  ) => {
    const text = attempt(messages, tools, shape)
    return text !== undefined && words.every((word) => text.includes(word))
  }
  const content = contentShape(attempt)
  const plain: MessageShape = { arguments: 'mapping', content, noContent: '' }

  /** A call and its result, with ids and arguments of one kind. */
  const exchange = (id: string): ChatMessage[] => [
    user,
    calling(call(id, TOOL)),
    result(id, RESULT),
  ]
  const words = [TOOL, VALUE, RESULT]
  // As a mapping first: a template that writes a text as JSON would quote it. Python's own form is none at all.
  const variants = (['', null] as const).flatMap((noContent) =>
    (['call_Qabcdefghijklmnop', 'Qabcdefg1'] as const).flatMap((id) =>
      (['mapping', 'text'] as const).map((form) => ({
        id,
        shape: { arguments: form, content, noContent } satisfies MessageShape,
      })),
    ),
  )
  const found = variants.find(({ id, shape }) => {
    const text = attempt(exchange(id), [tool(TOOL)], shape)
    return (
      text !== undefined &&
      words.every((word) => text.includes(word)) &&
      !text.includes(`'qname': '${VALUE}'`)
    )
  })
  const shape = found?.shape ?? plain
  const id = found?.id ?? 'any'
  const text = attempt(exchange(id), [tool(TOOL)], shape) ?? ''
  const two = [
    user,
    calling(call('Qabcdefg1', TOOL), call('Qabcdefg2', OTHER, OTHER_VALUE)),
    result('Qabcdefg1', RESULT),
    result('Qabcdefg2', SECOND),
  ]
  return {
    shape,
    callIds: text.includes(`functions.${TOOL}:0`) ? 'numbered' : id.length === 9 ? 'nine' : 'any',
    system: says([{ role: 'system', content: SYSTEM }, user], [], shape, [SYSTEM, USER]),
    tools: says([user], [tool(TOOL)], shape, [TOOL, 'Qmeaningq']),
    calls: found !== undefined,
    callsWithoutTools: says(exchange(id), [], shape, words),
    parallelCalls: says(two, [tool(TOOL), tool(OTHER)], shape, [
      VALUE,
      OTHER_VALUE,
      RESULT,
      SECOND,
    ]),
  }
}

/** One part is the same as its text to a template that takes either. */
function contentShape(attempt: Attempt): MessageShape['content'] {
  const [text, parts] = (['text', 'parts'] as const).map((content) => {
    const rendered = attempt([user], [], { arguments: 'mapping', content, noContent: '' })
    return rendered?.includes(USER) ? rendered : undefined
  })
  if (text === undefined) return parts === undefined ? 'text' : 'parts'
  return text === parts ? 'either' : 'text'
}
