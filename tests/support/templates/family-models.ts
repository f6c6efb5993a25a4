import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import { writtenReply } from '@/lib/engines/local/templates/reading/derive-format'
import type { ChatMessage, ToolDefinition } from '@/lib/engines/types'
import { CUT, writeRecitingModel } from '../endless-model'
import { llamaTemplates } from './llama-source'

/** Families that mark off their thoughts and calls in ways of their own; the prompts of some open the thought. */
export const FAMILIES = [
  'Qwen3.5-4B',
  'Qwen-Qwen3-0.6B',
  'openai-gpt-oss-120b',
  'GLM-4.7-Flash',
  'deepseek-ai-DeepSeek-V3.2',
  'MiniMax-M2',
  'google-gemma-4-31B-it',
  'NVIDIA-Nemotron-3-Nano-30B-A3B-BF16',
  'ByteDance-Seed-OSS',
  'Kimi-K2-Thinking',
]
export const THOUGHT =
  'I have to look that up, because nobody knows by heart how the weather of a far city is going to be on a day.'
export const ARGUMENTS = '{"city": "Reykjavik", "days": 3}'
export const WEATHER = {
  name: 'find_weather',
  description: 'The weather of a city',
  parameters: {
    type: 'object',
    properties: {
      city: { type: 'string', description: 'Its name' },
      days: { type: 'integer', description: 'How many' },
    },
  },
} satisfies ToolDefinition

/** What ends a turn ends the generation, so a model says it with its end. */
const TURN_END =
  /(?:\s*(?:<\|(?:im_end|call|observation|tool_response)\|?>|<seed:eos>|\[e~\[|<｜end▁of▁sentence｜>))+\s*$/

/**
 * Writes a small model of the family, which thinks and then calls the tool, whatever it is asked: its template is the
 * family's, and it recites what that template writes for such an answer.
 */
export function writeFamilyModel(file: string, family: string): void {
  const source = llamaTemplates().get(family) ?? ''
  const template = new ChatTemplate(source, { bos: '', eos: '' })
  const toolCalls = [{ id: 'abcdefgh0', name: WEATHER.name, arguments: ARGUMENTS }]
  const answer: ChatMessage = { role: 'assistant', content: '', reasoning: THOUGHT, toolCalls }
  const { reply = '' } = writtenReply(template, answer, { enabled: true }) ?? {}
  // A token ends within the name, so that what it has to be is seen in time.
  const text = reply.replace(TURN_END, '').replace('find_wea', `find_wea${CUT}`)
  writeRecitingModel(file, { text, template: source })
}
