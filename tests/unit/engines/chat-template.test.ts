import { describe, expect, it } from 'vitest'
import { ChatTemplate } from '@/lib/engines/local/worker/chat-template'
import type { ChatMessage } from '@/lib/engines/types'

const special = { bos: '<s>', eos: '</s>' }
const conversation: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
]
const weather = { name: 'weather', description: 'Tells it.', parameters: { type: 'object' } }

describe('ChatTemplate', () => {
  it('writes ChatML for a model that brings no template', () => {
    expect(new ChatTemplate(null, special).render(conversation, [])).toBe(
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
    )
  })

  it('uses the template of the model, with its special tokens', () => {
    const source =
      '{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}'
    expect(new ChatTemplate(source, special).render(conversation, [])).toBe(
      '<s>[system] Be brief.\n[user] Hi\n',
    )
  })

  it('gives text in parts to a template that takes parts, and puts it together for one that does not', () => {
    const messages: ChatMessage[] = [{ role: 'user', content: ['One', 'Two'] }]
    const plain = '{% for m in messages %}[{{ m.content }}]{% endfor %}'
    const parts =
      '{% for m in messages %}[{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endif %}]{% endfor %}'
    const strict =
      "{% for m in messages %}{% if m.content is not string %}{{ raise_exception('Only text!') }}{% endif %}[{{ m.content }}]{% endfor %}"
    expect(new ChatTemplate(parts, special).render(messages, [])).toBe('[OneTwo]')
    expect(new ChatTemplate(plain, special).render(messages, [])).toBe('[One\nTwo]')
    expect(new ChatTemplate(strict, special).render(messages, [])).toBe('[One\nTwo]')
  })

  it('gives tools to a template that knows them, and calls with their arguments as values', () => {
    const source =
      '{% for tool in tools %}{{ tool.function.name }};{% endfor %}{% for m in messages %}{% if m.tool_calls %}{{ m.tool_calls[0].function.arguments.city }}{% endif %}{% endfor %}'
    const calls = [{ id: '1', name: 'weather', arguments: '{"city":"Oslo"}' }]
    const messages: ChatMessage[] = [
      ...conversation,
      { role: 'assistant', content: '', toolCalls: calls },
    ]
    expect(new ChatTemplate(source, special).render(messages, [weather])).toBe('weather;Oslo')
  })

  it('describes tools to a template that does not know them', () => {
    const text = new ChatTemplate(null, special).render(
      [
        ...conversation,
        {
          role: 'assistant',
          content: '',
          toolCalls: [{ id: '1', name: 'weather', arguments: '{}' }],
        },
        { role: 'tool', content: 'Rain.', toolCallId: '1' },
      ],
      [weather],
    )
    expect(text).toContain('Be brief.\n\nYou can call these functions:\n{"name":"weather"')
    expect(text).toContain('<tool_call>{"name": "weather", "arguments": {}}</tool_call>')
    expect(text).toContain('user\n<tool_response>Rain.</tool_response>')
  })

  it.each([
    ["{{ raise_exception('Roles must alternate.') }}", 'Roles must alternate.'],
    ['{% for %}', ''],
  ])('says why a template refuses: %s', (source, reason) => {
    expect(() => new ChatTemplate(source, special).render(conversation, [])).toThrow(
      expect.objectContaining({
        code: 'chat_template_error',
        status: 400,
        message: expect.stringContaining(reason),
      }),
    )
  })
})
