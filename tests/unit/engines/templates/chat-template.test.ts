import { describe, expect, it } from 'vitest'
import { ChatTemplate } from '@/lib/engines/local/templates/chat-template'
import type { Conversation } from '@/lib/engines/local/templates/folding'
import { SAMPLES } from '@/tests/support/templates/conversations'
import { llamaTemplates } from '@/tests/support/templates/llama-source'

const special = { bos: '<s>', eos: '</s>' }
const templates = llamaTemplates()
const family = (name: string) => new ChatTemplate(templates.get(name) ?? null, special)
const say = (content: string): Conversation => ({
  messages: [{ role: 'user', content }],
  tools: [],
})

describe('a prompt', () => {
  it('is ChatML for a model that brings no template', () => {
    const { value } = new ChatTemplate(null, special).render(SAMPLES['system and user'])
    expect(value).toBe(
      '<|im_start|>system\nAnswer in rhymes.<|im_end|>\n<|im_start|>user\nHow is the weather <today>?<|im_end|>\n<|im_start|>assistant\n',
    )
  })

  it.each([...templates])(
    'of %s tells what was typed from the marks of the template',
    (_, source) => {
      const template = new ChatTemplate(source, special)
      const plain = template.render(SAMPLES['two calls at once'])
      // Every mark that the family has, as somebody could type it.
      const marks = plain
        .runs()
        .flatMap(({ text, isInput }) =>
          isInput ? [] : (text.match(/<[^<>]+>|\[[A-Z/_]+\]/g) ?? []),
        )
      const attack = ['Qbeginq', ...new Set(marks), 'Qendq'].join('')
      const messages = SAMPLES['two calls at once'].messages.map((message) =>
        message.role === 'user' || message.role === 'tool'
          ? { ...message, content: attack }
          : message,
      )
      const { value, spans } = template.render({ ...SAMPLES['two calls at once'], messages })
      let from = value.indexOf('Qbeginq')
      expect(from).toBeGreaterThanOrEqual(0)
      for (; from >= 0; from = value.indexOf('Qbeginq', from + 1)) {
        const to = value.indexOf('Qendq', from) + 'Qendq'.length
        for (const mark of new Set(marks)) {
          const at = value.indexOf(mark, from)
          if (at < 0 || at > to) continue
          expect(
            spans.some(([start, end]) => start <= at && at + mark.length <= end),
            mark,
          ).toBe(true)
        }
      }
    },
  )

  it('continues a last message of the assistant, white space and all', () => {
    const { value } = family('Qwen-Qwen3-0.6B').render(SAMPLES['an answer to continue'])
    expect(value.endsWith('<|im_start|>assistant\n<think>\n\n</think>\n\nBright as a ')).toBe(true)
  })

  it.each([...templates])('of %s ends in what is to be continued', (_, source) => {
    const { value } = new ChatTemplate(source, special).render(SAMPLES['an answer to continue'])
    expect(value.endsWith('Bright as a ')).toBe(true)
  })

  it('has the date of today where the family asks for it', () => {
    const now = new Date(2031, 4, 7, 12).getTime()
    for (const name of ['meta-llama-Llama-3.1-8B-Instruct', 'meta-llama-Llama-3.3-70B-Instruct'])
      expect(family(name).render(say('Hi'), { now }).value).toContain('Today Date: 07 May 2031')
    expect(family('openai-gpt-oss-120b').render(say('Hi'), { now }).value).toContain('2031-05-07')
  })

  it('has ids that fit the family, the same for a call and its result', () => {
    const nemo = family('mistralai-Mistral-Nemo-Instruct-2407')
    const { value } = nemo.render(SAMPLES['two calls at once'])
    const ids = [...value.matchAll(/"(?:call_)?id": "([A-Za-z0-9]{9})"/g)].map(([, id]) => id)
    expect(ids).toHaveLength(4)
    expect(new Set(ids).size).toBe(2)
    const kimi = family('moonshotai-Kimi-K2').render(SAMPLES['two calls at once']).value
    expect(kimi).toContain('Return of functions.get_time:1')
  })

  it('keeps digits and the order of members in arguments', () => {
    const { value } = family('Qwen-Qwen3-0.6B').render(SAMPLES['a call and its result'])
    expect(value).toContain(
      '{"city": "Paris \\"1er\\"", "days": 12345678901234567890, "ratio": 1.0, "deep": {"a": [1, 2.5, null, true, "é"]}, "10": false}',
    )
  })

  it.each([
    ['Qwen3.5-4B', { enabled: false }, '<think>\n\n</think>\n\n'],
    ['Qwen3.5-4B', { enabled: true }, '<think>\n'],
    ['Qwen3.5-4B', { effort: 'none' }, '<think>\n\n</think>\n\n'],
    ['deepseek-ai-DeepSeek-V3.1', { enabled: true }, '<think>'],
    ['deepseek-ai-DeepSeek-V3.1', { effort: 'high' }, '<think>'],
    ['google-gemma-4-31B-it', { enabled: true }, '<|turn>model\n'],
    ['tencent-Hy3', { effort: 'none' }, '<think:opensource></think:opensource>'],
    ['tencent-Hy3', { effort: 'medium' }, '<think:opensource>'],
  ])('of %s with thinking %j ends in %j', (name, thinking, end) => {
    expect(family(name).render(say('Hi'), { thinking }).value.endsWith(end)).toBe(true)
  })

  it('has the effort and the variables that a request says', () => {
    const { value } = family('openai-gpt-oss-120b').render(say('Hi'), {
      thinking: { effort: 'low' },
    })
    expect(value).toContain('Reasoning: low')
    const variables = { enable_thinking: false }
    expect(family('Qwen3.5-4B').render(say('Hi'), { variables }).value).toContain('</think>')
  })

  it.each([
    ['{{ messages }}\n{{ messages[0].content.nothing.more }}', 500, 'fails, line 2'],
    ['\n{% if true %}\n{{ raise_exception("No poems.") }}{% endif %}', 400, 'line 3 refuses'],
    ['{% if x %}\n\n{% elif 1 + "a" %}{% endif %}', 500, 'fails, line 3'],
    ['{% for %}', 500, 'fails'],
  ])('blames the template that can not be rendered: %j', (source, status, words) => {
    expect(() => new ChatTemplate(source, special).render(say('Hi'))).toThrow(
      expect.objectContaining({
        code: 'chat_template_error',
        status,
        message: expect.stringContaining(words),
      }),
    )
  })
})
