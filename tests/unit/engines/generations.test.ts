import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Generations, type Wire } from '@/lib/engines/generations'
import { EventQueue } from '@/lib/engines/local/event-queue'
import type { EngineEvent, GenerateRequest } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'
import { request } from './support'

const timings = {
  queuedMs: 0,
  loadMs: 0,
  promptMs: 1,
  generationMs: 1,
  firstTokenMs: 1,
  promptTokensPerSecond: 1,
  tokensPerSecond: 1,
}

/** An engine whose events come when the test says so, a stream for each choice. */
class PuppetEngine {
  readonly streams: EventQueue<EngineEvent>[] = []
  aborted = 0

  generate(_request: GenerateRequest, signal: AbortSignal): AsyncIterable<EngineEvent> {
    const stream = new EventQueue<EngineEvent>()
    this.streams.push(stream)
    signal.addEventListener('abort', () => {
      this.aborted++
      stream.push(done('cancelled'))
      stream.end()
    })
    return stream.read()
  }

  say(...events: EngineEvent[]): void {
    this.sayTo(0, ...events)
  }

  sayTo(choice: number, ...events: EngineEvent[]): void {
    for (const event of events) this.streams[choice]?.push(event)
    if (events.at(-1)?.kind === 'done') this.streams[choice]?.end()
  }
}

const text = (content: string): EngineEvent => ({ kind: 'text', text: content, tokens: 1 })
const done = (finishReason: 'stop' | 'cancelled' = 'stop'): EngineEvent => ({
  kind: 'done',
  finishReason,
  usage: { promptTokens: 1, cachedTokens: 0, completionTokens: 2 },
  timings,
})

const wire: Wire = {
  encode: (input) => {
    if ('error' in input) return [{ event: 'error', data: input.error.code }]
    if (input.event.kind === 'text') return [{ data: input.event.text }]
    return input.event.kind === 'done' ? [{ data: '[DONE]' }] : []
  },
  snapshot: (texts) => texts.map((all) => ({ event: 'snapshot', data: all })),
}

const owner = { userId: 'u', client: 'c' }

function create(afterMs: number | null, requests: GenerateRequest[] = [request()]) {
  const engine = new PuppetEngine()
  const generations = new Generations(engine)
  const generation = generations.start({ requests, owner, wire, abandon: { afterMs } })
  return { engine, generations, generation }
}

/** The frames of a log, without ids. */
function frames(log: {
  read: ReturnType<typeof create>['generation']['log']['read']
  epoch: string
}): string[] {
  const result = log.read({ epoch: log.epoch, seq: 0 }, 1e6)
  if (!('kind' in result) || result.kind !== 'entries') return []
  return result.entries.map(({ bytes }) => {
    const frame = new TextDecoder().decode(bytes)
    return frame
      .split('\n')
      .filter((line) => !line.startsWith('id:') && line !== '')
      .join(' ')
  })
}

describe('Generation', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('keeps its text apart from whoever reads', async () => {
    const { engine, generation } = create(null)
    engine.say(text('Hel'), text('lo'), done())
    const { choices } = await generation.result()
    expect(choices[0]).toMatchObject({ text: 'Hello', finishReason: 'stop', toolCalls: [] })
    expect(generation.text(0)).toBe('Hello')
    expect(frames(generation.log)).toEqual(['data: Hel', 'data: lo', 'data: [DONE]'])
    expect(generation.log.ended).toBe(true)
    expect(generation.state).toEqual({ kind: 'done', finishReason: 'stop' })
  })

  it('names its log after itself, so that a reconnect finds it', async () => {
    const { generation, generations } = create(null)
    expect(generation.log.epoch).toBe(generation.id)
    expect(generations.get(generation.log.epoch)).toBe(generation)
    generation.stop()
    await generation.result()
  })

  it('gives a reader who is too late the whole text, and the end', async () => {
    const { engine, generation } = create(null)
    engine.say(text('Hel'), text('lo'), done())
    await generation.result()
    const snapshot = await generation.source().reset?.('trimmed')
    expect(snapshot?.cursor).toEqual(generation.log.head)
    expect(snapshot?.events).toEqual([{ event: 'snapshot', data: 'Hello' }, { data: '[DONE]' }])
  })

  it('puts an error on the log and into the result', async () => {
    const { engine, generation } = create(null)
    engine.say(text('Hel'))
    engine.streams[0]?.fail(new AppError('It broke.', { code: 'worker_crashed', status: 500 }))
    await expect(generation.result()).rejects.toMatchObject({ code: 'worker_crashed' })
    expect(frames(generation.log)).toEqual(['data: Hel', 'event: error data: worker_crashed'])
    expect(generation.state).toMatchObject({ kind: 'failed' })
  })

  it('stops at once when its only reader leaves', async () => {
    const { engine, generation } = create(0)
    generation.attach()
    engine.say(text('Hel'))
    generation.detach()
    expect((await generation.result()).choices[0]).toMatchObject({ finishReason: 'cancelled' })
    expect(engine.aborted).toBe(1)
  })

  it('waits for a reader who comes back', async () => {
    const { engine, generation } = create(10_000)
    generation.attach()
    generation.detach()
    vi.advanceTimersByTime(9_999)
    generation.attach()
    vi.advanceTimersByTime(20_000)
    expect(engine.aborted).toBe(0)
    generation.detach()
    vi.advanceTimersByTime(10_000)
    expect(engine.aborted).toBe(1)
    await generation.result()
  })

  it('never stops by leaving where that was asked for', async () => {
    const { engine, generation } = create(null)
    generation.attach()
    generation.detach()
    vi.advanceTimersByTime(1e9)
    expect(engine.aborted).toBe(0)
    engine.say(done())
    await generation.result()
  })

  it('is forgotten five minutes after its end', async () => {
    const { engine, generation, generations } = create(null)
    let changes = 0
    generations.onChange(() => changes++)
    expect(generations.active()).toEqual([generation])
    engine.say(done())
    await generation.result()
    expect(generations.active()).toEqual([])
    vi.advanceTimersByTime(5 * 60_000 - 1)
    expect(generations.get(generation.id)).toBe(generation)
    vi.advanceTimersByTime(1)
    expect(generations.get(generation.id)).toBeUndefined()
    expect(changes).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps the texts of several choices apart', async () => {
    const { engine, generation } = create(null, [request(), request()])
    engine.sayTo(1, text('b'), done())
    engine.sayTo(0, text('a'), done())
    const { choices } = await generation.result()
    expect(choices.map((choice) => choice.text)).toEqual(['a', 'b'])
  })

  it('puts the pieces of tool calls together', async () => {
    const { engine, generation } = create(null)
    const piece = (argumentsDelta: string, head = {}) => ({
      kind: 'tool' as const,
      index: 0,
      argumentsDelta,
      tokens: 1,
      ...head,
    })
    engine.say(piece('', { id: 'call_1', name: 'time' }), piece('{"a"'), piece(':1}'), done())
    const { choices } = await generation.result()
    expect(choices[0]?.toolCalls).toEqual([{ id: 'call_1', name: 'time', arguments: '{"a":1}' }])
  })

  it('ends everything at the end of the server, and tells who reads that it is not whole', async () => {
    const { engine, generation, generations } = create(null)
    engine.say(text('Hel'))
    await vi.waitFor(() => expect(generation.text(0)).toBe('Hel'))
    await generations.close()
    expect(engine.aborted).toBe(1)
    expect(generations.active()).toEqual([])
    expect(frames(generation.log)).toEqual(['data: Hel', 'event: error data: server_stopped'])
    await expect(generation.result()).rejects.toMatchObject({ code: 'server_stopped' })
    expect(() =>
      generations.start({ requests: [request()], owner, wire, abandon: { afterMs: null } }),
    ).toThrow('stopped')
  })
})
