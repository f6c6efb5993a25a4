import { describe, expect, it } from 'vitest'
import { AnswerEncoder } from '@/lib/chat/answer-encoder'
import { answerEvents } from '@/lib/chat/schemas'
import type { EngineEvent } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'

const timings = {
  queuedMs: 1,
  loadMs: 2,
  promptMs: 3,
  generationMs: 4,
  firstTokenMs: 31,
  promptTokensPerSecond: 900,
  tokensPerSecond: 187,
}

function wireAt() {
  const time = { ms: 100 }
  const wire = new AnswerEncoder(() => time.ms)
  const read = (event: EngineEvent) =>
    wire
      .encode({ choice: 0, event })
      .map(({ event: name, data }) => ({ name, data: JSON.parse(data) }))
  return { time, wire, read }
}

describe('AnswerEncoder', () => {
  it('says with each delta how far the answer is', () => {
    const { time, read } = wireAt()
    time.ms = 131
    expect(read({ kind: 'text', text: 'Once', tokens: 1 })).toEqual([
      {
        name: 'delta',
        data: { text: 'Once', tokens: 1, first_token_ms: 31, elapsed_ms: 31, thinking_ms: null },
      },
    ])
    time.ms = 150
    expect(read({ kind: 'text', text: ' upon a', tokens: 2 })).toEqual([
      {
        name: 'delta',
        data: { text: ' upon a', tokens: 3, first_token_ms: 31, elapsed_ms: 50, thinking_ms: null },
      },
    ])
  })

  it('gives a late reader the text and the same numbers', () => {
    const { time, wire, read } = wireAt()
    read({ kind: 'started', promptTokens: 12, cachedTokens: 8, truncatedTokens: 0 })
    time.ms = 140
    read({ kind: 'text', text: 'Once', tokens: 1 })
    const [snapshot] = wire.snapshot(['Once'])
    expect(snapshot?.event).toBe('snapshot')
    expect(JSON.parse(snapshot?.data ?? '')).toEqual({
      text: 'Once',
      reasoning: '',
      thinking_ms: null,
      tokens: 1,
      first_token_ms: 40,
      elapsed_ms: 40,
      prompt: { prompt_tokens: 12, cached_tokens: 8, truncated_tokens: 0 },
    })
  })

  it('tells thoughts apart, and how long they took: not the words between them', () => {
    const { time, wire, read } = wireAt()
    const at = (ms: number, kind: 'reasoning' | 'text', text: string) => {
      time.ms = 100 + ms
      return read({ kind, text, tokens: 1 })[0]?.data.thinking_ms
    }
    expect(at(10, 'reasoning', 'A fox')).toBe(0)
    expect(at(40, 'reasoning', ' and a kite.')).toBe(30)
    expect(at(50, 'text', 'Once')).toBe(30)
    expect(at(90, 'text', ' upon')).toBe(30)
    expect(at(100, 'reasoning', ' Wind!')).toBe(30)
    expect(at(105, 'reasoning', ' Yes.')).toBe(35)
    const reasoning = 'A fox and a kite. Wind! Yes.'
    expect(wire.thought).toEqual({ reasoning, thinking_ms: 35 })
    const [snapshot] = wire.snapshot(['Once upon'])
    expect(JSON.parse(snapshot?.data ?? '')).toMatchObject({ text: 'Once upon', reasoning })
  })

  it('encodes every event as its schema reads it', () => {
    const { wire } = wireAt()
    const events: EngineEvent[] = [
      { kind: 'queued', position: 2 },
      { kind: 'loading', progress: 0.5 },
      { kind: 'started', promptTokens: 12, cachedTokens: 8, truncatedTokens: 0 },
      { kind: 'reasoning', text: 'Hm.', tokens: 1 },
      { kind: 'text', text: 'a', tokens: 1 },
      {
        kind: 'done',
        finishReason: 'stop',
        usage: { promptTokens: 12, cachedTokens: 8, completionTokens: 1, truncatedTokens: 3 },
        timings,
      },
    ]
    const error = new AppError('The worker has crashed.', { code: 'worker_crashed', status: 500 })
    const frames = [
      ...events.flatMap((event) => wire.encode({ choice: 0, event })),
      ...wire.encode({ error }),
      ...wire.snapshot(['a']),
    ]
    expect(frames.map((frame) => frame.event).sort()).toEqual(Object.keys(answerEvents).sort())
    for (const { event, data } of frames) {
      const schema = Object.entries(answerEvents).find(([name]) => name === event)?.[1]
      expect(schema?.safeParse(JSON.parse(data)).success).toBe(true)
    }
  })
})
