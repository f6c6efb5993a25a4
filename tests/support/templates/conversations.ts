import type { ChatMessage, ToolDefinition } from '@/lib/engines/types'

/** A conversation of each kind that every family has to be given. */
export type Sample = {
  messages: readonly ChatMessage[]
  tools: readonly ToolDefinition[]
  /** What must be in the prompt, however it is folded. */
  words: readonly string[]
}

const system: ChatMessage = { role: 'system', content: 'Answer in rhymes.' }
const user: ChatMessage = { role: 'user', content: 'How is the weather <today>?' }
const answer: ChatMessage = { role: 'assistant', content: 'Bright as a feather.\n\n  Indeed.' }
const weather: ToolDefinition = {
  name: 'get_weather',
  description: 'The weather of a "city".',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'Its name' },
      days: { type: 'integer', default: 3 },
      unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    },
    required: ['city'],
  },
}
const time: ToolDefinition = { name: 'get_time', description: 'The time.' }

// Digits that a JavaScript number has not, a float that is whole, and a name that JavaScript would move to the front.
const ARGUMENTS =
  '{"city": "Paris \\"1er\\"", "days": 12345678901234567890, "ratio": 1.0, "deep": {"a": [1, 2.5, null, true, "é"]}, "10": false}'
const call = (id: string, name: string, args = ARGUMENTS) => ({ id, name, arguments: args })
const calling = (content: string, ...toolCalls: ReturnType<typeof call>[]) => ({
  role: 'assistant' as const,
  content,
  toolCalls,
})
const result = (toolCallId: string, content: string): ChatMessage => ({
  role: 'tool',
  content,
  toolCallId,
})

export const SAMPLES = {
  'system and user': { messages: [system, user], tools: [], words: ['rhymes', '<today>'] },
  'user alone': { messages: [user], tools: [], words: ['<today>'] },
  'several turns': {
    messages: [system, user, answer, { role: 'user', content: 'And now?' }, answer, user],
    tools: [],
    words: ['rhymes', 'And now?', 'Bright'],
  },
  'tools offered': {
    messages: [system, user],
    tools: [weather, time],
    words: ['rhymes', 'get_weather', 'get_time', 'city'],
  },
  'a call and its result': {
    messages: [
      user,
      calling('', call('call_8qpQm2K1', 'get_weather')),
      result('call_8qpQm2K1', '21 degrees'),
    ],
    tools: [weather],
    words: ['get_weather', '12345678901234567890', '1.0', '21 degrees'],
  },
  'a call without arguments': {
    messages: [
      user,
      calling('I look.', call('call_1', 'get_time', '')),
      result('call_1', 'noon'),
      answer,
      user,
    ],
    tools: [time],
    words: ['get_time', 'noon'],
  },
  'two calls at once': {
    messages: [
      user,
      calling('', call('call_1', 'get_weather'), call('call_2', 'get_time', '{}')),
      result('call_1', '21 degrees'),
      result('call_2', 'noon'),
    ],
    tools: [weather, time],
    words: ['get_weather', 'get_time', '21 degrees', 'noon'],
  },
  'a call in the history, no tools': {
    messages: [user, calling('', call('call_1', 'get_weather')), result('call_1', '21 degrees')],
    tools: [],
    words: ['get_weather', '21 degrees'],
  },
  'a call that was cut': {
    messages: [
      user,
      calling('', call('call_1', 'get_weather', '{"city": "Par')),
      result('call_1', 'broken'),
    ],
    tools: [weather],
    words: ['get_weather', 'Par', 'broken'],
  },
  'thinking in the history': {
    messages: [
      user,
      { role: 'assistant', content: 'Bright.', reasoning: 'The sun shines.\nSo it is.' },
      user,
    ],
    tools: [],
    words: ['Bright.'],
  },
  'thinking before a call': {
    messages: [
      user,
      { ...calling('', call('call_1', 'get_weather')), reasoning: 'I have to look.' },
      result('call_1', '21 degrees'),
    ],
    tools: [weather],
    words: ['get_weather', '21 degrees'],
  },
  'text in parts': {
    messages: [{ role: 'user', content: ['Here is a text.', 'What is it about?'] }],
    tools: [],
    words: ['Here is a text.', 'What is it about?'],
  },
  'an answer to continue': {
    messages: [user, { role: 'assistant', content: 'Bright as a ' }],
    tools: [],
    words: ['<today>', 'Bright as a '],
  },
} satisfies Record<string, Sample>
