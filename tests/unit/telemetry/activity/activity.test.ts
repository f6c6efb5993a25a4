import { createParser } from 'eventsource-parser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { Caller } from '@/lib/auth/caller'
import { Generations } from '@/lib/engines/generations'
import type { EngineEvent, GenerateRequest } from '@/lib/engines/types'
import { SseServer } from '@/lib/sse'
import { Activity } from '@/lib/telemetry/activity/activity'
import { History } from '@/lib/telemetry/activity/history'
import { OwnerNames } from '@/lib/telemetry/activity/reports'
import { TokenMeter } from '@/lib/telemetry/activity/token-meter'
import { observed } from '@/lib/telemetry/observer'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const REQUEST: GenerateRequest = {
  model: 'storyteller',
  prompt: { kind: 'text', text: 'Once' },
  sampling: {
    temperature: 0,
    topP: 1,
    topK: 0,
    minP: 0,
    frequencyPenalty: 0,
    presencePenalty: 0,
    repeatPenalty: 1,
  },
  stop: [],
  format: { kind: 'text' },
  contextPolicy: 'refuse',
  client: 'user:ada',
}
const SILENT = { encode: () => [], snapshot: () => [] }
const caller = (id: string, role: Caller['role']): Caller => ({
  userId: id,
  role,
  via: 'session',
  client: `user:${id}`,
  scopes: new Set(),
  credential: null,
  label: id,
  address: '127.0.0.1',
})

/** An engine whose tokens come when the test says so. */
class HandEngine {
  say: (event: EngineEvent) => void = () => {}

  generate(_request: unknown, _signal: AbortSignal, onEvent: (event: EngineEvent) => void) {
    this.say = onEvent
    return new Promise<void>(() => {})
  }
  status = () => []
  onChange = () => () => {}
}

function world() {
  const now = () => Date.now()
  const engine = new HandEngine()
  const history = new History({ sliceMs: 10_000, slices: 360, now })
  const meter = new TokenMeter(history, now)
  const generations = new Generations(observed(engine, meter))
  const sse = new SseServer({
    maxSubscribers: 10,
    maxPerClient: 10,
    maxAgeMs: 3_600_000,
    stallMs: 30_000,
    reject: () => new Response(null, { status: 503 }),
  })
  const names = new OwnerNames({ get: async () => null }, () => {})
  const activity = new Activity({ engine, generations, sse, meter, history, names, now })
  const watch = async (who: Caller) => {
    const abort = new AbortController()
    const response = await activity.watch(new Request('http://x/', { signal: abort.signal }), who)
    return { events: reading(response), leave: () => abort.abort() }
  }
  return { activity, engine, generations, sse, watch }
}

/** The events that a response has brought so far, in the order that they came. */
function reading(response: Response): { event: string; data: Record<string, unknown> }[] {
  const events: { event: string; data: Record<string, unknown> }[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ event: event ?? '', data: JSON.parse(data) }),
  })
  const decoder = new TextDecoder()
  void response.body
    ?.pipeTo(
      new WritableStream({ write: (chunk: Uint8Array) => parser.feed(decoder.decode(chunk)) }),
    )
    .catch(() => undefined)
  return events
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('Activity', () => {
  it('opens with the last hour, then tells what is generated each second', async () => {
    const { engine, generations, watch } = world()
    const { events, leave } = await watch(caller('ada', 'user'))
    await pass(0)
    expect(events.map(({ event }) => event)).toEqual(['history', 'models', 'sample'])
    generations.start({
      requests: [REQUEST],
      owner: { userId: 'ada', client: 'user:ada' },
      encoder: SILENT,
      abandon: { afterMs: null },
    })
    await pass(40)
    engine.say({ kind: 'text', text: ' upon', tokens: 7 })
    await pass(1000)
    const sample = events.findLast(({ event }) => event === 'sample')
    expect(sample?.data).toMatchObject({
      tokens_per_second: 7,
      slice: { tokens: 7, first_token_ms: 40 },
    })
    const stream = events.findLast(({ event }) => event === 'stream')
    expect(stream?.data).toMatchObject({ model: 'storyteller', phase: 'generating', tokens: 7 })
    leave()
  })

  it('tells of what came between the last beat and the end of a slice', async () => {
    const { engine, generations, watch } = world()
    // 300 ms before the beat that is the first in the slice of 1_010_000.
    await pass(200)
    const { events, leave } = await watch(caller('ada', 'user'))
    generations.start({
      requests: [REQUEST],
      owner: { userId: 'ada', client: 'user:ada' },
      encoder: SILENT,
      abandon: { afterMs: null },
    })
    await pass(9_700)
    expect(Date.now()).toBe(1_009_900)
    engine.say({ kind: 'text', text: ' upon', tokens: 7 })
    await pass(2000)
    const toldOf = new Map<unknown, unknown>()
    for (const { event, data } of events) {
      const { slice } = z
        .object({ slice: z.looseObject({ at: z.number() }) })
        .partial()
        .parse(data)
      if (event === 'sample') toldOf.set(slice?.at, slice?.tokens)
    }
    expect([...toldOf]).toEqual([
      [1_000_000, 7],
      [1_010_000, 0],
    ])
    leave()
  })

  it('shows members their own generations, and admins all', async () => {
    const { generations, watch } = world()
    const start = () =>
      generations.start({
        requests: [{ ...REQUEST }],
        owner: { userId: 'ada', client: 'user:ada' },
        encoder: SILENT,
        abandon: { afterMs: null },
      })
    start()
    const readers = await Promise.all([
      watch(caller('ada', 'user')),
      watch(caller('bob', 'user')),
      watch(caller('root', 'admin')),
    ])
    start()
    await pass(1500)
    const seen = readers.map(
      ({ events }) =>
        new Set(events.filter(({ event }) => event === 'stream').map(({ data }) => data.id)).size,
    )
    expect(seen).toEqual([2, 0, 2])
    for (const { leave } of readers) leave()
  })

  it('ticks only while somebody watches', async () => {
    const { activity, sse, watch } = world()
    expect(vi.getTimerCount()).toBe(0)
    const { leave } = await watch(caller('ada', 'user'))
    await pass(500)
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    leave()
    await pass(500)
    expect(sse.stats().open).toBe(0)
    activity.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
