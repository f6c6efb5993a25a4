import { describe, expect, it } from 'vitest'
import { NO_ACTIVITY, reduceActivity } from '@/lib/client/activity/reduce-activity'

const event = (name: string, data: unknown) => ({
  event: name,
  id: undefined,
  data: JSON.stringify(data),
})
const slice = (at: number, tokens: number) => ({
  at,
  tokens,
  first_token_ms: null,
  subscribers: 1,
  memory_bytes: 0,
})
const sample = (at: number, tokens: number) =>
  event('sample', {
    slice: slice(at, tokens),
    tokens_per_second: tokens,
    subscribers: 1,
    queued: 0,
  })
const stream = (id: string, tokens: number) =>
  event('stream', {
    id,
    model: 'm',
    owner: 'Ada',
    phase: 'generating',
    tokens,
    tokens_per_second: 1,
    readers: 1,
    started_at: 0,
  })

describe('reduceActivity', () => {
  it('replaces the slice under way and keeps an hour', () => {
    let state = reduceActivity(
      NO_ACTIVITY,
      event('history', { slice_ms: 10_000, slices: [slice(0, 5), slice(10_000, 1)] }),
    )
    state = reduceActivity(state, sample(10_000, 4))
    expect(state.slices.map(({ tokens }) => tokens)).toEqual([5, 4])
    state = reduceActivity(state, sample(3_605_000, 9))
    expect(state.slices.map(({ at }) => at)).toEqual([10_000, 3_605_000])
    expect(state.now?.tokensPerSecond).toBe(9)
  })

  it('follows streams until they end', () => {
    let state = reduceActivity(NO_ACTIVITY, stream('a', 1))
    state = reduceActivity(state, stream('b', 1))
    state = reduceActivity(state, stream('a', 7))
    expect(state.streams.a?.tokens).toBe(7)
    state = reduceActivity(state, event('stream_end', { id: 'a' }))
    expect(Object.keys(state.streams)).toEqual(['b'])
  })

  it('starts over when a reader joins anew or has missed something', () => {
    const state = reduceActivity(NO_ACTIVITY, stream('a', 1))
    expect(
      reduceActivity(state, event('history', { slice_ms: 10_000, slices: [] })).streams,
    ).toEqual({})
    expect(reduceActivity(state, event('reset', {}))).toBe(NO_ACTIVITY)
  })

  it('keeps its state for what it does not know', () => {
    expect(reduceActivity(NO_ACTIVITY, event('ping', {}))).toBe(NO_ACTIVITY)
    expect(reduceActivity(NO_ACTIVITY, { ...event('sample', {}), data: '{"torn' })).toBe(
      NO_ACTIVITY,
    )
  })
})
