import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { EngineEvent } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'
import { ChunkEncoder } from '@/lib/protocols/openai/chunk-encoder'
import { CHAT_CHUNKS, completionChunks } from '@/lib/protocols/openai/chunk-styles'

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' }
const started: EngineEvent = {
  kind: 'started',
  promptTokens: 4,
  cachedTokens: 1,
  truncatedTokens: 0,
}
const text = (value: string): EngineEvent => ({ kind: 'text', text: value, tokens: 1 })
const done = (finishReason: 'stop' | 'length' | 'tool_calls' | 'cancelled'): EngineEvent => ({
  kind: 'done',
  finishReason,
  usage: { promptTokens: 4, cachedTokens: 1, completionTokens: 2 },
  timings: {
    queuedMs: 1,
    loadMs: 0,
    promptMs: 2,
    generationMs: 10,
    firstTokenMs: 3,
    promptTokensPerSecond: 2000,
    tokensPerSecond: 200,
  },
})

function chatWire(options: { choices?: number; includeUsage?: boolean } = {}) {
  const choices = options.choices ?? 1
  return new ChunkEncoder(head, CHAT_CHUNKS, {
    choices,
    choicesPerPrompt: choices,
    includeUsage: options.includeUsage ?? false,
  })
}

function play(wire: ChunkEncoder, events: readonly EngineEvent[], choice = 0): string[] {
  return events
    .flatMap((event) => wire.encode({ choice, event }))
    .map((frame) => ('comment' in frame ? `: ${frame.comment}` : frame.data))
}

function chunks(frames: readonly string[]): OpenAI.ChatCompletionChunk[] {
  return frames.filter((frame) => frame !== '[DONE]').map((frame) => JSON.parse(frame))
}

describe('the chunks of a chat completion', () => {
  it('begin with the role, end with the reason, then [DONE]', () => {
    const frames = play(chatWire(), [started, text('a'), text('b'), done('length')])
    expect(frames.at(-1)).toBe('[DONE]')
    expect(chunks(frames).map(({ choices }) => choices[0])).toMatchObject([
      { delta: { role: 'assistant', content: '' }, finish_reason: null },
      { delta: { content: 'a' }, finish_reason: null },
      { delta: { content: 'b' }, finish_reason: null },
      { delta: {}, finish_reason: 'length' },
    ])
    for (const chunk of chunks(frames)) {
      expect(chunk).toMatchObject(head)
      expect(chunk).not.toHaveProperty('usage')
    }
    expect(chunks(frames).at(-1)).toHaveProperty('timings.tokens_per_second', 200)
  })

  it('have usage null until one without choices tells it, when it is asked for', () => {
    const frames = play(chatWire({ includeUsage: true }), [started, text('a'), done('stop')])
    const all = chunks(frames)
    expect(all.slice(0, -1).map(({ usage }) => usage)).toEqual([null, null, null])
    expect(all.at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 4,
        completion_tokens: 2,
        total_tokens: 6,
        prompt_tokens_details: { cached_tokens: 1, truncated_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    })
  })

  it('end once, after the last choice, and count a shared prompt once', () => {
    const wire = chatWire({ choices: 2, includeUsage: true })
    const before = [
      ...play(wire, [started], 0),
      ...play(wire, [started, text('b'), done('stop')], 1),
      ...play(wire, [text('a')], 0),
    ]
    expect(before).not.toContain('[DONE]')
    const after = play(wire, [done('stop')], 0)
    expect(after.at(-1)).toBe('[DONE]')
    expect(chunks(after).at(-1)?.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 4 })
  })

  it('carry tool calls: the id and name first, then the arguments', () => {
    const tool = (more: object): EngineEvent => ({
      kind: 'tool',
      index: 0,
      argumentsDelta: '',
      tokens: 1,
      ...more,
    })
    const events = [
      started,
      tool({ id: 'call_1', name: 'weather' }),
      tool({ argumentsDelta: '{"a":' }),
      tool({ argumentsDelta: '1}' }),
      done('tool_calls'),
    ]
    const deltas = chunks(play(chatWire(), events)).map(({ choices }) => choices[0]?.delta)
    expect(deltas.slice(1, 4)).toEqual([
      {
        tool_calls: [
          {
            index: 0,
            id: 'call_1',
            type: 'function',
            function: { name: 'weather', arguments: '' },
          },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '1}' } }] },
    ])
  })

  it('carry what was thought in a field of its own, and count it', () => {
    const thought: EngineEvent = { kind: 'reasoning', text: 'Hm.', tokens: 2 }
    const frames = chunks(play(chatWire(), [started, thought, text('a'), done('stop')]))
    expect(frames.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '' },
      { reasoning_content: 'Hm.' },
      { content: 'a' },
      {},
    ])
    const late = JSON.parse(
      chatWire().resetData('trimmed', [{ text: 'a', reasoning: 'Hm.', toolCalls: [] }]),
    )
    expect(late.choices[0].delta).toEqual({
      role: 'assistant',
      content: 'a',
      reasoning_content: 'Hm.',
    })
  })

  it('tell of queue and load in comments: every event must be a chunk to the clients of this API', () => {
    expect(
      play(chatWire(), [
        { kind: 'queued', position: 1 },
        { kind: 'loading', progress: 0.5 },
        { kind: 'loading', progress: 0.51 },
      ]),
    ).toEqual([': queued, position 1', ': loading, 50 %'])
    expect(play(chatWire({ choices: 2 }), [{ kind: 'queued', position: 2 }], 1)).toEqual([])
  })

  it('end an answer that was stopped from outside like any other', () => {
    const last = chunks(play(chatWire(), [started, done('cancelled')])).at(-1)
    expect(last?.choices[0]?.finish_reason).toBe('stop')
  })

  it('tell who comes too late the whole of every choice in one chunk, tool calls too', () => {
    const call = { id: 'call_1', name: 'weather', arguments: '{"a":1}' }
    const wire = chatWire({ choices: 2, includeUsage: true })
    const data = wire.resetData('trimmed', [
      { text: 'Once', reasoning: '', toolCalls: [] },
      { text: '', reasoning: '', toolCalls: [call] },
    ])
    expect(chunks([data])).toEqual([
      {
        ...head,
        usage: null,
        reset: 'trimmed',
        choices: [
          {
            index: 0,
            delta: { role: 'assistant', content: 'Once' },
            logprobs: null,
            finish_reason: null,
          },
          {
            index: 1,
            delta: {
              role: 'assistant',
              content: '',
              tool_calls: [
                {
                  index: 0,
                  id: 'call_1',
                  type: 'function',
                  function: { name: 'weather', arguments: '{"a":1}' },
                },
              ],
            },
            logprobs: null,
            finish_reason: null,
          },
        ],
      },
    ])
    expect(wire.snapshot()).toEqual([])
  })

  it('tell an error in the shape that the SDK throws', () => {
    const error = new AppError('The worker has ended.', { code: 'worker_lost', status: 503 })
    const frames = chatWire().encode({ error })
    expect(frames).toEqual([{ data: expect.stringContaining('"code":"worker_lost"') }])
  })
})

describe('the chunks of a completion', () => {
  const wire = (echoes: string[] | null) =>
    new ChunkEncoder({ ...head, object: 'text_completion' }, completionChunks(echoes), {
      choices: 1,
      choicesPerPrompt: 1,
      includeUsage: false,
    })
  const answer = (frames: readonly string[]) =>
    frames
      .filter((frame) => frame !== '[DONE]')
      .map((frame): OpenAI.Completion => JSON.parse(frame))
      .flatMap(({ choices }) => choices)

  it('hold text and nothing else', () => {
    const choices = answer(play(wire(null), [started, text('a'), text('b'), done('stop')]))
    expect(choices.map((choice) => choice.text)).toEqual(['a', 'b', ''])
    expect(choices.map((choice) => choice.finish_reason)).toEqual([null, null, 'stop'])
  })

  it('repeat the prompt when it is asked for', () => {
    const choices = answer(play(wire(['Hello']), [started, text('!'), done('stop')]))
    expect(choices.map((choice) => choice.text).join('')).toBe('Hello!')
  })

  it('repeat the prompt and the text for who comes too late', () => {
    const choices = answer([
      wire(['Hello']).resetData('future', [{ text: ' you', reasoning: '', toolCalls: [] }]),
    ])
    expect(choices.map((choice) => choice.text)).toEqual(['Hello you'])
  })

  it('count the offsets of tokens over the whole answer', () => {
    const token = (value: string): EngineEvent => ({
      kind: 'text',
      text: value,
      tokens: 1,
      logprobs: [
        {
          token: value,
          bytes: [],
          logprob: -0.5,
          top: [{ token: value, bytes: [], logprob: -0.5 }],
        },
      ],
    })
    const choices = answer(play(wire(null), [started, token('ab'), token('c'), done('stop')]))
    expect(choices.map((choice) => choice.logprobs?.text_offset ?? null)).toEqual([[0], [2], null])
    expect(choices[1]?.logprobs).toMatchObject({
      tokens: ['c'],
      token_logprobs: [-0.5],
      top_logprobs: [{ c: -0.5 }],
    })
  })
})
