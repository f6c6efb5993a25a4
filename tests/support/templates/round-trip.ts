import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import {
  createReplyReader,
  opensThought,
} from '@/lib/engines/local/templates/reading/create-reply-reader'
import { deriveFormat, writtenReply } from '@/lib/engines/local/templates/reading/derive-format'
import type { ReplyFormat } from '@/lib/engines/local/templates/reading/reply-format'
import type { ChatMessage, ToolDefinition } from '@/lib/engines/types'
import { cut, readReply } from './read-reply'

const types = ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object']
const tools: ToolDefinition[] = ['get_weather', 'find'].map((name) => ({
  name,
  description: 'Does something.',
  parameters: {
    type: 'object',
    properties: Object.fromEntries(
      [...types, 'empty', 'digits'].map((key) => [
        key,
        { type: types.includes(key) ? key : 'string', description: 'One of them.' },
      ]),
    ),
  },
}))

const PLAIN = '{"string": "Paris", "integer": 3}'
const ALL =
  '{"string": "it\'s \\"so\\" <b>\\n é", "integer": 12345678901234567890, "number": 2.5, "boolean": true, "null": null, "array": [1, "a", {"k": [false, null]}], "object": {"x": {"y": "z"}, "w": 1}, "empty": "", "digits": "42"}'
const call = (name: string, args: string, id = 'abcdefgh0') => ({ id, name, arguments: args })

type Answer = Extract<ChatMessage, { role: 'assistant' }> & { content: string }
const answer = (more: Omit<Partial<Answer>, 'role'>): Answer => ({
  role: 'assistant',
  content: '',
  ...more,
})
/** Answers of each kind that a family has to be read in. */
const SAMPLES = {
  'one call': answer({ toolCalls: [call('get_weather', PLAIN)] }),
  'two calls': answer({
    toolCalls: [
      call('get_weather', PLAIN),
      call('find', '{"string": "x", "array": [1]}', 'abcdefgh1'),
    ],
  }),
  'text before': answer({ content: 'Let me look.', toolCalls: [call('get_weather', PLAIN)] }),
  'thought before': answer({
    reasoning: 'I must look.\nYes.',
    toolCalls: [call('get_weather', PLAIN)],
  }),
  'all types': answer({ toolCalls: [call('find', ALL)] }),
  'no arguments': answer({ toolCalls: [call('get_weather', '{}')] }),
  'thought and answer': answer({ content: 'Here it is.\n\n  So.', reasoning: 'I think.' }),
}

/** Marks that end a turn, which end the generation, and so never come to the reader. */
const TURN_END =
  /(?:\s*(?:<\|(?:im_end|eom_id|call|calls|eot_id|eot|end|END_OF_TURN_TOKEN|message_sep|end_of_text|role_end|assistant_end|observation|tool_response|CHATBOT_TOKEN|START_THINKING|END_THINKING)\|?>|<\/s>|<seed:eos>|<\|close\|>message<\|sep\|><\|end_of_msg\|>|\[e~\[|<｜(?:end▁of▁sentence|Assistant|hy_eos:opensource)｜>|<end_of_sentence>|<turn\|>|<\/assistant>|<SPECIAL_12>|<sep>))+\s*$/

/** What the family writes for an answer, and the prompt that it follows; undefined where it can't write it. */
function written(template: ChatTemplate, message: Answer, isThinking: boolean) {
  const thinking = isThinking ? { enabled: true } : {}
  const found = writtenReply(template, message, thinking)
  const isWhole =
    found?.reply.includes(message.reasoning ?? '') &&
    found.reply.includes(message.content) &&
    (message.toolCalls ?? []).every(({ name }) => found.reply.includes(name))
  if (!found || !isWhole) return undefined
  const reply = found.reply.replace(/<\|START_OF_TURN_TOKEN\|>[\s\S]*$/, '').replace(TURN_END, '')
  return { reply, prompt: found.prompt }
}

type Reading = { text: string; reasoning: string; calls: [name: string, value: unknown][] }

/** An answer as the family writes it, and what it has to be read as. */
export type Written = {
  sample: string
  reply: string
  expected: Reading
  read: (sizes: readonly number[]) => Reading
}

/** All that a family writes of the samples, by its template; and thoughts before a call by its marks, where it leaves them out. */
export function writtenSamples(source: string): Written[] {
  const template = new ChatTemplate(source, { bos: '<s>', eos: '</s>' })
  const format = deriveFormat(template)
  return Object.entries(SAMPLES).flatMap(([sample, message]) => {
    const calls = message.toolCalls ?? []
    if (calls.length > 0 && !template.capabilities.calls) return []
    if (calls.length > 1 && !template.capabilities.parallelCalls) return []
    const found = writtenIn(template, format, message)
    if (!found) return []
    const { prompt, reply } = found
    const expected: Reading = {
      text: message.content,
      reasoning: message.reasoning ?? '',
      calls: calls.map((each) => [each.name, JSON.parse(each.arguments)]),
    }
    const read = (sizes: readonly number[]): Reading => {
      const {
        text,
        reasoning,
        calls: read,
      } = readReply(createReplyReader(format, tools, prompt), cut(reply, sizes))
      return {
        text: text.trim(),
        reasoning,
        calls: read.map((each) => [each.name, JSON.parse(each.arguments)]),
      }
    }
    return [{ sample: found.isByHand ? `${sample}, by its marks` : sample, reply, expected, read }]
  })
}

function writtenIn(template: ChatTemplate, format: ReplyFormat, message: Answer) {
  const { thinking } = format
  const found =
    written(template, message, message.reasoning !== undefined) ??
    (message.reasoning === undefined ? undefined : written(template, message, false))
  const opened =
    template.attempt([{ role: 'user', content: 'Quserq' }], tools, { enabled: true }) ?? ''
  const isOpened = message.reasoning !== undefined && opensThought(format, opened)
  if (found) return { ...found, prompt: isOpened ? opened : found.prompt, isByHand: false }
  // What a template leaves out of what it renders, the model still writes.
  const without = written(template, { ...message, reasoning: undefined }, false)
  if (!thinking || !without || message.reasoning === undefined || format.isHarmony) return undefined
  const thought = `${isOpened ? '' : thinking.open.text}\n${message.reasoning}${thinking.closing}`
  return { prompt: isOpened ? opened : '', reply: thought + without.reply, isByHand: true }
}
