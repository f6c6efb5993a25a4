import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerEncoder } from '@/lib/chat/answer-encoder'
import {
  type AnswerState,
  EMPTY_ANSWER,
  reduceAnswer,
  speedOf,
} from '@/lib/client/chat/answer-state'

const feed = (state: AnswerState, events: readonly { event?: string; data: string }[]) =>
  events.reduce((now, { event = 'message', data }) => reduceAnswer(now, event, data), state)

describe('reduceAnswer', () => {
  it('has the whole text, wherever a snapshot takes the place of deltas', () => {
    const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 30 })
    fc.assert(
      fc.property(pieces, fc.nat(30), (texts, at) => {
        let ms = 0
        const wire = new AnswerEncoder(() => ms++)
        const deltas = texts.map((text) =>
          wire.encode({ choice: 0, event: { kind: 'text', text, tokens: 1 } }),
        )
        const again = new AnswerEncoder(() => 0)
        texts
          .slice(0, at)
          .map((text) => again.encode({ choice: 0, event: { kind: 'text', text, tokens: 1 } }))
        const late = feed(EMPTY_ANSWER, again.snapshot([texts.slice(0, at).join('')]))
        const whole = feed(late, deltas.slice(at).flat())
        expect(whole.text).toBe(texts.join(''))
        expect(feed(EMPTY_ANSWER, deltas.flat())).toMatchObject({ text: whole.text })
      }),
    )
  })

  it('thinks after a snapshot where nothing but thoughts came so far', () => {
    const wire = new AnswerEncoder(() => 0)
    const say = (kind: 'reasoning' | 'text', text: string) =>
      wire.encode({ choice: 0, event: { kind, text, tokens: 1 } })
    const seen = (text: string) => feed(EMPTY_ANSWER, wire.snapshot([text]))
    say('text', '')
    expect(seen('').phase).toEqual({ kind: 'writing' })
    say('reasoning', 'A fox.')
    expect(seen('')).toMatchObject({ phase: { kind: 'thinking' }, reasoning: 'A fox.' })
    say('text', 'Once')
    expect(seen('Once')).toMatchObject({ phase: { kind: 'writing' }, reasoning: 'A fox.' })
  })

  it('follows an answer through its phases', () => {
    const queued = reduceAnswer(EMPTY_ANSWER, 'queued', '{"position":2}')
    expect(queued.phase).toEqual({ kind: 'queued', position: 2 })
    const loading = reduceAnswer(queued, 'loading', '{"progress":0.5}')
    expect(loading.phase).toEqual({ kind: 'loading', progress: 0.5 })
    const started = '{"prompt_tokens":12,"cached_tokens":4,"truncated_tokens":0}'
    const reading = reduceAnswer(loading, 'started', started)
    expect(reading).toMatchObject({ phase: { kind: 'reading' }, prompt: { prompt_tokens: 12 } })
    const error = '{"message":"The worker has crashed.","code":"worker_crashed","hint":null}'
    expect(reduceAnswer(reading, 'error', error).phase).toMatchObject({ kind: 'failed' })
  })

  it('ignores what it does not know', () => {
    expect(reduceAnswer(EMPTY_ANSWER, 'ping', 'not json')).toBe(EMPTY_ANSWER)
    expect(reduceAnswer(EMPTY_ANSWER, 'reset', '{}')).toBe(EMPTY_ANSWER)
    expect(reduceAnswer(EMPTY_ANSWER, 'toString', '{}')).toBe(EMPTY_ANSWER)
  })
})

describe('speedOf', () => {
  it('counts from the first token', () => {
    const state = { ...EMPTY_ANSWER, tokens: 11, firstTokenMs: 100, elapsedMs: 150 }
    expect(speedOf(state)).toBe(200)
    expect(speedOf({ ...state, tokens: 1 })).toBeNull()
    expect(speedOf(EMPTY_ANSWER)).toBeNull()
  })
})
