import { describe, expect, test } from 'vitest'
import { toFormat, toMessagesRequest, toPrompt } from '@/lib/protocols/anthropic/request'
import { type MessagesBody, messagesBody } from '@/lib/protocols/anthropic/schemas'

const hello = [{ role: 'user', content: 'Hello.' }]

function read(fields: object): MessagesBody {
  return messagesBody.parse({ model: 'm', max_tokens: 10, messages: hello, ...fields })
}

function refusal(fields: object): string {
  const result = messagesBody.safeParse({ model: 'm', max_tokens: 10, messages: hello, ...fields })
  return result.error?.issues[0]?.message ?? ''
}

describe('a conversation of the Messages API', () => {
  test('begins with its system blocks, without the line that changes with each request', () => {
    const billing = 'x-anthropic-billing-header: cc_version=2.1.0; cch=0a1b2;'
    const system = [
      { type: 'text', text: billing },
      { type: 'text', text: 'You write stories.', cache_control: { type: 'ephemeral' } },
    ]
    expect(toPrompt(read({ system })).messages[0]).toEqual({
      role: 'system',
      content: 'You write stories.',
    })
    expect(toPrompt(read({ system: `${billing}\nShort ones.` })).messages[0]).toEqual({
      role: 'system',
      content: 'Short ones.',
    })
    expect(toPrompt(read({ system: '' })).messages).toHaveLength(1)
  })

  test('has results of tools before what is said with them, and marks those that failed', () => {
    const messages = [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I look.', signature: 's' },
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: [1, 2] } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'And?' },
          { type: 'tool_result', tool_use_id: 'toolu_1', content: 'nothing', is_error: true },
        ],
      },
    ]
    expect(toPrompt(read({ messages })).messages).toEqual([
      {
        role: 'assistant',
        content: 'Let me see.',
        reasoning: 'I look.',
        toolCalls: [{ id: 'toolu_1', name: 'look', arguments: '{"at":[1,2]}' }],
      },
      { role: 'tool', toolCallId: 'toolu_1', content: 'Error: nothing' },
      { role: 'user', content: ['And?'] },
    ])
  })

  test('may hold documents of text', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'It rains.' }
    const content = [{ type: 'document', title: 'Diary', source }]
    const messages = [{ role: 'user', content }]
    expect(toPrompt(read({ messages })).messages[0]?.content).toEqual(['Diary\n\nIt rains.'])
  })

  test('has tools, one of which may have to be called', () => {
    const tools = [{ name: 'look', description: 'Looks.', input_schema: { type: 'object' } }]
    const choice = { type: 'tool', name: 'look', disable_parallel_tool_use: true }
    expect(toPrompt(read({ tools, tool_choice: choice }))).toMatchObject({
      tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }],
      toolChoice: { name: 'look' },
      parallelToolCalls: false,
    })
    expect(toPrompt(read({ tools, tool_choice: { type: 'any' } })).toolChoice).toBe('required')
    const missing = read({ tools, tool_choice: { type: 'tool', name: 'hear' } })
    expect(() => toPrompt(missing)).toThrow('names the tool `hear`')
    expect(() => toPrompt(read({ tool_choice: { type: 'any' } }))).toThrow('needs `tools`')
  })

  test('says whether and how much to think, where to stop, and what to fit', () => {
    const schema = { type: 'object' }
    const body = read({
      thinking: { type: 'disabled' },
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
      stop_sequences: ['\n\n'],
    })
    expect(toPrompt(body).thinking).toEqual({ enabled: false, effort: 'low' })
    expect(toFormat(body)).toEqual({ kind: 'schema', schema })
    expect(toMessagesRequest(body, 'me')).toMatchObject({ stop: ['\n\n'], maxTokens: 10 })
  })

  test('is refused by name where it asks for what can’t be done', () => {
    const image = { type: 'image', source: { type: 'url', url: 'http://a/b.png' } }
    expect(refusal({ messages: [{ role: 'user', content: [image] }] })).toContain(
      'images are not supported',
    )
    expect(refusal({ tools: [{ type: 'bash_20250124', name: 'bash' }] })).toContain(
      'tools of type `bash_20250124` are not supported',
    )
    expect(refusal({ mcp_servers: [{ url: 'http://a' }] })).toContain('MCP servers are not')
    expect(refusal({ messages: [{ role: 'robot', content: '' }] })).toContain('`user`')
  })
})
