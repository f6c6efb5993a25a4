import { expect, test } from 'vitest'
import { ThinkingChoices } from '@/lib/engines/local/templates/thinking-choices'
import { llamaTemplates } from '@/tests/support/templates/llama-source'

const NONE = { switch: false, effort: false }
const choices = new ThinkingChoices()
const of = (family: string) => choices.of(llamaTemplates().get(family) ?? 'no such template')

test.each([
  ['Qwen-Qwen3-0.6B', { switch: true, effort: false }],
  ['openai-gpt-oss-120b', { switch: false, effort: true }],
  ['ByteDance-Seed-OSS', { switch: true, effort: false }],
  ['deepseek-ai-DeepSeek-V3.1', { switch: true, effort: false }],
  ['meta-llama-Llama-3.1-8B-Instruct', NONE],
  ['google-gemma-2-2b-it', NONE],
])('of the thinking of %s one can choose %j', (family, expected) => {
  expect(of(family)).toEqual(expected)
})

test('a template that thinks always, says it of a message only, or can not be read leaves no choice', () => {
  for (const source of [
    '{{ messages[0].content }}<think>',
    '{% for m in messages %}{{ m.thinking }}{{ m.content }}{% endfor %}',
    '{% if enable_thinking %}',
  ])
    expect(choices.of(source)).toEqual(NONE)
})
