import { describe, expect, it } from 'vitest'
import { type ConversationView, chatSettings } from '@/lib/chat/schemas'
import { type AnswerPhase, applyEnd, EMPTY_ANSWER } from '@/lib/client/chat/answer-state'

const STATS = {
  finish_reason: 'stop',
  ...{ prompt_tokens: 1, cached_tokens: 0, truncated_tokens: 0, completion_tokens: 2 },
  ...{ queued_ms: 0, load_ms: 0 },
  ...{ first_token_ms: 1, tokens_per_second: 9 },
} as const

const VIEW: ConversationView = {
  ...{ id: 'c', title: 'A fox', model: 'm', created_at: 0, updated_at: 0, answering: true },
  settings: chatSettings.parse({}),
  messages: [
    {
      ...{ id: 'a', parent_id: null, role: 'assistant', content: '', status: 'streaming' },
      ...{ generation_id: 'g', error: null, stats: null, model: 'm', created_at: 0 },
      ...{ reasoning: '', thinking_ms: null, siblings: ['a'] },
    },
  ],
}

const endWith = (phase: AnswerPhase) =>
  applyEnd(VIEW, 'g', { ...EMPTY_ANSWER, phase, text: 'Once' })

describe('applyEnd', () => {
  it('saves what the stream told, so that nothing has to be read again', () => {
    const ended = endWith({ kind: 'done', stats: STATS })
    expect(ended).toMatchObject({
      answering: false,
      messages: [{ content: 'Once', status: 'complete', stats: STATS }],
    })
  })

  it('tells a stop from an end', () => {
    const stats = { ...STATS, finish_reason: 'cancelled' } as const
    expect(endWith({ kind: 'done', stats }).messages[0]?.status).toBe('stopped')
  })

  it('keeps what was written with an error', () => {
    const error = { message: 'The worker has crashed.', code: 'worker_crashed', hint: null }
    expect(endWith({ kind: 'failed', error }).messages[0]).toMatchObject({
      content: 'Once',
      status: 'failed',
      error,
    })
  })

  it('leaves other answers alone', () => {
    expect(applyEnd(VIEW, 'other', EMPTY_ANSWER).messages).toEqual(VIEW.messages)
  })
})
