import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { isAppError } from '@/lib/platform/errors'
import { toChatRequests } from '@/lib/protocols/openai/chat-request'
import { chatBody } from '@/lib/protocols/openai/schemas/requests'

type Params = OpenAI.ChatCompletionCreateParams

const hello: Params = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] }

function translate(params: Params) {
  return toChatRequests(chatBody.parse(params), 'client')
}

function first(params: Params) {
  const [request] = translate(params)
  if (!request) throw new Error('No request was made.')
  return request
}

function refusal(params: object): string {
  const parsed = chatBody.safeParse({ ...hello, ...params })
  const issue = parsed.error?.issues[0]
  if (issue) return `${issue.path.join('.')}: ${issue.message}`
  try {
    translate({ ...hello, ...params })
  } catch (error) {
    if (isAppError(error)) return `${error.param}: ${error.message}`
  }
  return 'accepted'
}

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather in a place',
    parameters: { type: 'object', properties: { place: { type: 'string' } } },
    strict: true,
  },
}
const time: OpenAI.ChatCompletionTool = { type: 'function', function: { name: 'time' } }

describe('a chat completion as a request of the engine', () => {
  it('takes no tools with the choice that many clients always send', () => {
    const request = first({ ...hello, tools: [], tool_choice: 'auto' })
    expect(request.prompt).toEqual(first(hello).prompt)
  })

  it('takes the marks of caches, wherever clients put them, and does the same without', () => {
    const cache_control = { type: 'ephemeral' }
    const part = { type: 'text', text: 'Hello', cache_control }
    const messages = [
      { role: 'system', content: [part], cache_control },
      { role: 'user', content: [part], cache_control },
      { role: 'assistant', content: [part], cache_control },
      { role: 'user', content: 'Hello' },
    ]
    const marked = { messages, tools: [{ ...weather, cache_control }] }
    expect(refusal(marked)).toBe('accepted')
    const [request] = toChatRequests(chatBody.parse({ ...hello, ...marked }), 'client')
    expect(JSON.stringify(request)).not.toContain('cache_control')
  })

  it('takes the fields of the OpenAI API', () => {
    const request = first({
      ...hello,
      temperature: 0,
      top_p: 0.5,
      frequency_penalty: 1,
      presence_penalty: -1,
      logit_bias: { '5': -100 },
      max_tokens: 7,
      max_completion_tokens: 9,
      stop: 'END',
      logprobs: true,
      top_logprobs: 3,
    })
    expect(request).toMatchObject({
      model: 'm',
      client: 'client',
      maxTokens: 9,
      stop: ['END'],
      logprobs: 3,
      format: { kind: 'text' },
      contextPolicy: 'refuse',
      sampling: {
        temperature: 0,
        topP: 0.5,
        frequencyPenalty: 1,
        presencePenalty: -1,
        logitBias: { '5': -100 },
      },
    })
  })

  it('takes null for whatever may be absent', () => {
    const request = first({
      ...hello,
      temperature: null,
      max_tokens: null,
      stop: null,
      seed: null,
      n: null,
      logit_bias: null,
      audio: null,
      stream_options: null,
    })
    expect(request).toMatchObject({ stop: [], maxTokens: undefined, logprobs: undefined })
    expect(request.sampling.seed).toBeUndefined()
  })

  it('gives each choice the next seed, or all would be the same', () => {
    const seeds = translate({ ...hello, n: 3, seed: -1 }).map(({ sampling }) => sampling.seed)
    expect(seeds).toEqual([2 ** 32 - 2, 0, 1])
  })

  it('takes a whole conversation with tools and their results', () => {
    const { prompt } = first({
      model: 'm',
      messages: [
        { role: 'developer', content: 'Be short.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
        { role: 'assistant', content: 'Sunny.', refusal: null },
      ],
      tools: [weather, time],
      parallel_tool_calls: false,
    })
    expect(prompt).toEqual({
      kind: 'chat',
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: ['a', 'b'] },
        {
          role: 'assistant',
          content: '',
          toolCalls: [{ id: 'c1', name: 'weather', arguments: '{}' }],
        },
        { role: 'tool', content: 'sunny', toolCallId: 'c1' },
        { role: 'assistant', content: 'Sunny.' },
      ],
      tools: [{ ...weather.function }, { name: 'time' }],
      toolChoice: 'auto',
      parallelToolCalls: false,
    })
  })

  it.each([
    ['required', 'required', ['weather', 'time']],
    [{ type: 'function', function: { name: 'time' } }, { name: 'time' }, ['weather', 'time']],
    [
      {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'required',
          tools: [{ type: 'function', function: { name: 'time' } }],
        },
      },
      'required',
      ['time'],
    ],
  ] as const)('takes the tool choice %j', (given, toolChoice, names) => {
    const body = chatBody.parse({ ...hello, tools: [weather, time], tool_choice: given })
    const prompt = toChatRequests(body, 'client')[0]?.prompt
    expect(prompt).toMatchObject({ toolChoice, tools: names.map((name) => ({ name })) })
  })

  it('takes whether and how much is to be thought, and what was thought before', () => {
    const prompt = (more: object) => first({ ...hello, ...more }).prompt
    expect(prompt({ reasoning_effort: 'high' })).toMatchObject({ thinking: { effort: 'high' } })
    const kwargs = { enable_thinking: false, custom: 'x' }
    expect(prompt({ chat_template_kwargs: kwargs })).toMatchObject({
      thinking: { enabled: false },
      templateVariables: kwargs,
    })
    const messages = [{ role: 'assistant', content: 'Sunny.', reasoning_content: 'Let me see.' }]
    expect(prompt({ messages })).toMatchObject({
      messages: [{ role: 'assistant', content: 'Sunny.', reasoning: 'Let me see.' }],
    })
  })

  it('takes a schema for the answer', () => {
    const schema = { type: 'object', properties: {} }
    const format = {
      type: 'json_schema' as const,
      json_schema: { name: 'x', schema, strict: true },
    }
    expect(first({ ...hello, response_format: format }).format).toEqual({ kind: 'schema', schema })
    expect(first({ ...hello, response_format: { type: 'json_object' } }).format).toEqual({
      kind: 'json',
    })
  })

  it('takes a schema that is null as none', () => {
    const json_schema = { name: 'x', schema: null }
    expect(refusal({ response_format: { type: 'json_schema', json_schema } })).toBe('accepted')
  })

  it('leaves out of the calls what clients have read into them', () => {
    const read = { name: 'time', arguments: '{}', parsed_arguments: {} }
    const call = { id: 'c1', index: 0, type: 'function' as const, function: read }
    const messages = chatBody.parse({
      ...hello,
      messages: [{ role: 'assistant', content: null, parsed: null, tool_calls: [call] }],
    })
    expect(toChatRequests(messages, 'client')[0]?.prompt).toMatchObject({
      messages: [{ toolCalls: [{ id: 'c1', name: 'time', arguments: '{}' }] }],
    })
  })

  it('takes the name that clients give to the result of a tool', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'time', arguments: '{}' } }
    const messages = [
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', name: 'time', content: 'noon' },
    ]
    expect(refusal({ messages })).toBe('accepted')
  })

  it('accepts what changes nothing here', () => {
    const harmless = { user: 'u', metadata: { a: 'b' }, store: true, service_tier: 'auto' }
    expect(refusal(harmless)).toBe('accepted')
  })

  it.each([
    [{ temperature: 2.5 }, 'temperature: it must be a number from 0 to 2'],
    [{ n: 0 }, 'n: it must be a whole number from 1 to 128'],
    [{ messages: [] }, 'messages: it must have at least one message'],
    [{ messages: [{ role: 'robot', content: '' }] }, 'messages.0.role: it must be `system`,'],
    [
      {
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }],
      },
      'messages.0.content: images are not supported by this server',
    ],
    [
      { messages: [{ role: 'tool', tool_call_id: 'no', content: '' }] },
      'messages.0.tool_call_id: `messages.0` answers the tool call "no"',
    ],
    [{ audio: { voice: 'x', format: 'mp3' } }, 'audio: audio output is not supported'],
    [{ functions: [] }, 'functions: `functions` is not supported by this server; use `tools`'],
    [{ modalities: ['text', 'audio'] }, 'modalities.1: only `text` is supported'],
    [{ tool_choice: 'required' }, 'tool_choice: `tool_choice` needs `tools`'],
    [
      { tools: [time], tool_choice: { type: 'function', function: { name: 'x' } } },
      'tool_choice: `tool_choice` names the tool `x`, which is not in `tools`',
    ],
    [
      { tools: [{ type: 'custom', custom: { name: 'x' } }] },
      'tools.0.type: only tools of type `function` are supported',
    ],
    [{ tools: [time, time] }, 'tools: Two tools have the same name.'],
    [{ top_logprobs: 2 }, 'top_logprobs: `top_logprobs` needs `logprobs`'],
    [{ stream_options: { include_usage: true } }, 'stream_options: `stream_options` needs'],
    [{ stop: [] }, 'accepted'],
    [{ stop: 5 }, 'stop: it must be a text or a list of at most 16 texts'],
    [{ response_format: { type: 'xml' } }, 'response_format.type: its `type` must be'],
    [{ logit_bias: { a: 1 } }, 'logit_bias.a: it must map token ids to numbers'],
  ])('refuses by name: %j', (params, sentence) => {
    expect(refusal(params)).toContain(sentence)
  })

  it('refuses a field that nobody knows', () => {
    const issue = chatBody.safeParse({ ...hello, top_tokens: 1 }).error?.issues[0]
    expect(issue).toMatchObject({ code: 'unrecognized_keys', keys: ['top_tokens'] })
  })
})
