import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EngineEvent } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'
import { MessageEncoder } from '@/lib/protocols/anthropic/message-encoder'
import type { SseEvent, SseFrame } from '@/lib/sse/types'

const head = { id: 'msg_1', model: 'm' }
const started: EngineEvent = {
  kind: 'started',
  promptTokens: 9,
  cachedTokens: 4,
  truncatedTokens: 0,
}
const text = (value: string): EngineEvent => ({ kind: 'text', text: value, tokens: 1 })
const thought = (value: string): EngineEvent => ({ kind: 'reasoning', text: value, tokens: 1 })
const tool = (index: number, argumentsDelta: string, name?: string): EngineEvent => ({
  kind: 'tool',
  index,
  argumentsDelta,
  tokens: 1,
  ...(name ? { name, id: `call_${index}` } : {}),
})
const done: EngineEvent = {
  kind: 'done',
  finishReason: 'stop',
  usage: { promptTokens: 9, cachedTokens: 4, completionTokens: 3 },
  timings: {
    queuedMs: 0,
    loadMs: 0,
    promptMs: 0,
    generationMs: 0,
    firstTokenMs: null,
    promptTokensPerSecond: null,
    tokensPerSecond: null,
  },
}

const encoder = () => new MessageEncoder(head, 'req_1')
const events = (frames: readonly SseFrame[]) =>
  frames.flatMap((frame) => ('comment' in frame ? [] : frame))
const datas = (frames: readonly SseFrame[]) => events(frames).map(({ data }) => JSON.parse(data))
const play = (one: MessageEncoder, all: readonly EngineEvent[]) =>
  all.flatMap((event) => one.encode({ choice: 0, event }))

/** Puts the blocks together as a client does; throws where one would. */
function blocksOf(frames: readonly SseEvent[]) {
  const blocks: { type: string; name?: string; text: string }[] = []
  let open: number | null = null
  for (const { index, type, content_block: block, delta } of datas(frames))
    if (type === 'content_block_start') {
      expect(open).toBeNull()
      expect(index).toBe(blocks.length)
      blocks.push({ type: block.type, name: block.name, text: '' })
      open = index
    } else if (type === 'content_block_delta') {
      expect(index).toBe(open)
      const piece = delta.text ?? delta.thinking ?? delta.partial_json ?? ''
      blocks[index] = {
        ...blocks[index],
        type: blocks[index]?.type ?? '',
        text: `${blocks[index]?.text}${piece}`,
      }
    } else if (type === 'content_block_stop') {
      expect(index).toBe(open)
      open = null
    }
  return blocks
}

describe('the events of a message', () => {
  test('begin each block, give its deltas, and end it', () => {
    const frames = play(encoder(), [started, thought('Hm.'), text('Yes'), text('!'), done])
    expect(events(frames).map(({ event }) => event)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    const all = datas(frames)
    expect(all[0].message.usage).toMatchObject({ input_tokens: 5, cache_read_input_tokens: 4 })
    expect(all[4].delta.type).toBe('signature_delta')
    expect(all.at(-2)).toMatchObject({
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 3 },
    })
  })

  test('tell which text ended it', () => {
    const [ending] = datas(encoder().encode({ choice: 0, event: { ...done, stopText: '\n' } }))
    expect(ending.delta).toEqual({ stop_reason: 'stop_sequence', stop_sequence: '\n' })
  })

  test('tell a failure by the name that clients throw for', () => {
    const error = new AppError('Broken.', { code: 'x', status: 503, hint: 'Try again.' })
    expect(events(encoder().encode({ error }))).toEqual([
      {
        event: 'error',
        data: JSON.stringify({
          type: 'error',
          error: { type: 'overloaded_error', message: 'Broken. Try again.' },
          request_id: 'req_1',
        }),
      },
    ])
  })

  test('say everything again to a reader who comes too late, and go on from there', () => {
    const piece = fc.oneof(
      fc.string({ minLength: 1, maxLength: 3 }).map(text),
      fc.string({ minLength: 1, maxLength: 3 }).map(thought),
      fc.nat(2).map((index) => tool(index, '{', `f${index}`)),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(12), (pieces, cut) => {
        const first = encoder()
        const whole = blocksOf(events(play(first, [started, ...pieces, done])))
        const second = encoder()
        play(second, [started, ...pieces.slice(0, cut)])
        const late = [...second.snapshot(), ...events(play(second, [...pieces.slice(cut), done]))]
        expect(blocksOf(late)).toEqual(whole)
      }),
    )
  })
})
