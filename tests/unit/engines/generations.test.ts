import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Generations, type StreamEncoder } from '@/lib/engines/generations'
import type { EngineEvent, GenerateRequest, Usage } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'
import { SseServer } from '@/lib/sse'
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

type Stream = { push(event: EngineEvent): void; end(): void; fail(error: AppError): void }

/** An engine whose events come when the test says so, a stream for each choice. */
class PuppetEngine {
  readonly streams: Stream[] = []
  aborted = 0

  generate(
    _request: GenerateRequest,
    signal: AbortSignal,
    push: (event: EngineEvent) => void,
  ): Promise<void> {
    let onAbort = () => {}
    return new Promise<void>((end, fail) => {
      onAbort = () => {
        this.aborted++
        push(done('cancelled'))
        end()
      }
      signal.addEventListener('abort', onAbort)
      this.streams.push({ push, end, fail })
      // Nothing is told after the end.
    }).finally(() => signal.removeEventListener('abort', onAbort))
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

const encoder: StreamEncoder = {
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
  const usages: (readonly Usage[])[] = []
  const generations = new Generations(engine, (_, each) => usages.push(each))
  const generation = generations.start({ requests, owner, encoder, abandon: { afterMs } })
  return { engine, generations, generation, usages }
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

  it('sends what the engine tells in one turn, of every choice, as one chunk', async () => {
    const { engine, generation } = create(null, [request(), request()])
    const sse = new SseServer({
      maxSubscribers: 1,
      maxPerClient: 1,
      maxAgeMs: 1e9,
      stallMs: 1e9,
      reject: () => new Response(null, { status: 503 }),
    })
    const asked = new Request('http://localhost/')
    const { body } = await sse.subscribe(asked, generation.source(), { client: 'c', name: 'g' })
    if (!body) throw new Error('There is no stream.')
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toContain(': open')
    const next = reader.read()
    engine.sayTo(0, text('a'), text('b'))
    engine.sayTo(1, text('c'), done())
    engine.sayTo(0, done())
    const { value = '' } = await next
    expect(value.match(/(?<=data: ).*/g)).toEqual(['a', 'b', 'c', '[DONE]', '[DONE]'])
    await generation.result()
    expect((await reader.read()).done).toBe(true)
  })

  it('fails, and stops the engine, when its events cannot be written', async () => {
    const engine = new PuppetEngine()
    const broken: StreamEncoder = {
      ...encoder,
      encode(input) {
        if ('event' in input) throw new TypeError('unwritable')
        return encoder.encode(input)
      },
    }
    const generation = new Generations(engine).start({
      requests: [request()],
      owner,
      encoder: broken,
      abandon: { afterMs: null },
    })
    engine.say(text('a'))
    await expect(generation.result()).rejects.toMatchObject({ status: 500 })
    expect(engine.aborted).toBe(1)
    expect(frames(generation.log)).toEqual([expect.stringMatching(/^event: error/)])
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

  describe('counts what was generated', () => {
    const started: EngineEvent = {
      kind: 'started',
      promptTokens: 10,
      cachedTokens: 4,
      truncatedTokens: 0,
    }
    const counted = { promptTokens: 10, completionTokens: 2 }

    it('when it comes to its end, as the engine has counted', async () => {
      const { engine, generation, usages } = create(null)
      engine.say(started, text('a'), done())
      await generation.result()
      expect(usages).toEqual([[expect.objectContaining({ promptTokens: 1, completionTokens: 2 })]])
    })

    it('when it fails, by its own timeout too', async () => {
      const { engine, generation, usages } = create(null)
      engine.say(started, text('a'), text('b'))
      engine.streams[0]?.fail(new AppError('Late.', { code: 'deadline_exceeded', status: 504 }))
      await expect(generation.result()).rejects.toMatchObject({ code: 'deadline_exceeded' })
      expect(usages).toEqual([[expect.objectContaining(counted)]])
    })

    it('when it is stopped', async () => {
      const { engine, generation, usages } = create(null)
      engine.say(started, text('a'))
      generation.stop()
      await generation.result()
      expect(usages).toEqual([[expect.objectContaining({ promptTokens: 1, completionTokens: 2 })]])
    })

    it('when the server ends, what comes after its end too', async () => {
      const { engine, generation, generations, usages } = create(null)
      engine.say(started, text('a'))
      await vi.waitFor(() => expect(generation.text(0)).toBe('a'))
      engine.say(text('b'))
      await generations.close()
      expect(usages).toHaveLength(1)
    })

    it('of every choice when one of them fails', async () => {
      const { engine, generation, usages } = create(null, [request(), request()])
      engine.sayTo(0, started, text('a'), text('b'))
      engine.sayTo(1, started, text('c'))
      engine.streams[0]?.fail(new AppError('It broke.', { code: 'worker_crashed', status: 500 }))
      await expect(generation.result()).rejects.toMatchObject({ code: 'worker_crashed' })
      expect(usages).toHaveLength(1)
      // The other was stopped, and has said at its end what it cost.
      expect(usages[0]).toEqual([
        expect.objectContaining(counted),
        expect.objectContaining({ promptTokens: 1, completionTokens: 2 }),
      ])
    })
  })

  it.each(['done', 'failed'] as const)('forgets what was asked when it is %s', async (end) => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc')
    const ask = () => {
      const asked = request({ prompt: { kind: 'text', text: 'x'.repeat(1000) } })
      const made = create(null, [asked])
      return { ...made, prompt: new WeakRef(asked.prompt) }
    }
    const { engine, generation, generations, prompt } = ask()
    if (end === 'done') engine.say(done())
    else engine.streams[0]?.fail(new AppError('Full.', { code: 'queue_full', status: 429 }))
    await generation.result().catch(() => undefined)
    expect(generations.get(generation.id)).toBe(generation)
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect(prompt.deref()).toBeUndefined()
    expect(generation).toMatchObject({ model: 'storyteller', choicesPerPrompt: 1 })
  })

  it('asks nothing of the engine and is not known before it is started', async () => {
    const engine = new PuppetEngine()
    const generations = new Generations(engine)
    const made = generations.create({
      requests: [request()],
      owner,
      encoder,
      abandon: { afterMs: 0 },
    })
    expect(engine.streams).toEqual([])
    expect(generations.get(made.id)).toBeUndefined()
    made.start()
    expect(engine.streams).toHaveLength(1)
    expect(generations.active()).toEqual([made])
    engine.say(done())
    await made.result()
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
      generations.start({ requests: [request()], owner, encoder, abandon: { afterMs: null } }),
    ).toThrow('stopped')
  })
})
