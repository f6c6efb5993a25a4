import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LocalEngine } from '@/lib/engines/local/local-engine'
import type { EngineEvent } from '@/lib/engines/types'
import { until } from '../../support/until'
import {
  collect,
  createEngine,
  embeddings,
  endlessModel,
  generate,
  installed,
  request,
  unending,
} from './support'

const engines: LocalEngine[] = []
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()))
})

function create(...options: Parameters<typeof createEngine>) {
  const created = createEngine(...options)
  engines.push(created.engine)
  return created
}

const model = endlessModel()
/** An answer that is not over when a test ends it. */
const endless = request({ model: 'endless', maxTokens: undefined })
/** The end of such an answer, whatever it is. */
const ending = (events: AsyncIterable<EngineEvent>) => collect(events).catch((error) => error)

describe('isolation', { timeout: 120_000 }, () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'tells the streams of a worker that got %s, and the next request has a new one',
    async (signal) => {
      const { engine, workers } = create({}, [model])
      await engine.load('endless')
      const ends: Promise<unknown>[] = []
      const begun = [1, 2, 3].map(
        () =>
          new Promise<void>((resolve) => {
            ends.push(ending(watch(generate(engine, endless, unending), resolve)))
          }),
      )
      await Promise.all(begun)
      process.kill(workers[0]?.pid ?? 0, signal)
      for (const end of await Promise.all(ends))
        expect(end).toMatchObject({ code: 'worker_crashed', status: 500 })
      const { text } = await collect(generate(engine, { ...endless, maxTokens: 3 }, unending))
      expect(text).not.toBe('')
      expect(workers).toHaveLength(2)
      expect(engine.status()[0]).toMatchObject({ active: 0, queued: 0 })
    },
  )

  it('stops while the prompt is being evaluated', async () => {
    const { engine } = create()
    await engine.load('storyteller')
    const prompt = { kind: 'text' as const, text: 'The fox walked home. '.repeat(190) }
    const stop = new AbortController()
    let finishReason = ''
    let texts = 0
    for await (const event of generate(engine, request({ prompt }), stop.signal)) {
      if (event.kind === 'started') stop.abort()
      if (event.kind === 'text') texts++
      if (event.kind === 'done') finishReason = event.finishReason
    }
    expect(finishReason).toBe('cancelled')
    expect(texts).toBe(0)
    expect(engine.status()[0]).toMatchObject({ active: 0 })
  })

  it('makes room by unloading the idle model that was used longest ago', async () => {
    // Room for two of these, by their estimate, and not for three.
    const models = ['a', 'b', 'c'].map((id) => ({ ...installed(id), size: 2 ** 30 }))
    const { engine } = create({ freeMemory: async () => 2.6 * 2 ** 30 }, models)
    for (const model of ['a', 'b', 'a', 'c'])
      await collect(generate(engine, request({ model, maxTokens: 2 }), unending))
    expect(engine.status().map(({ model }) => model)).toEqual(['a', 'c'])
  })

  it('makes room for a context of use, where a model would fit beside an idle one with next to none', async () => {
    const models = ['a', 'b'].map((id) => ({ ...installed(id), size: 2 ** 30 }))
    const { engine } = create({ freeMemory: async () => 2.15 * 2 ** 30 }, models)
    await engine.load('a')
    await engine.load('b')
    expect(engine.status()).toMatchObject([{ model: 'b', contextSize: 1024 }])
  })

  it('says with numbers that a model does not fit', async () => {
    const large = { ...installed('large'), size: 20 * 2 ** 30 }
    const { engine } = create({}, [large])
    await expect(engine.load('large')).rejects.toMatchObject({
      code: 'insufficient_memory',
      message: expect.stringMatching(/needs about \d+ MiB .* 8192 MiB are free/),
    })
  })

  it('unloads what nobody uses, unless it is pinned', async () => {
    const { engine, workers } = create({}, [installed('storyteller'), installed('pinned')])
    await engine.load('pinned', { pinned: true })
    await collect(generate(engine, request({ keepAliveMs: 10, maxTokens: 2 }), unending))
    await workers[1]?.exited
    await until(() => engine.status().length === 1)
    expect(engine.status()[0]).toMatchObject({ model: 'pinned', pinned: true, expiresAt: null })
  })

  it('is pinned as the catalog says when it is loaded again', async () => {
    const model = installed('storyteller')
    const { engine } = create({}, [model])
    await engine.load('storyteller')
    await engine.unload('storyteller', { force: false })
    model.pinned = true
    await engine.load('storyteller')
    expect(engine.status()[0]).toMatchObject({ pinned: true, expiresAt: null })
  })

  it('ends a worker that is still loading when the server stops', async () => {
    const { engine, workers } = create()
    const load = engine.load('storyteller').catch((error: unknown) => error)
    await until(() => workers.length === 1)
    await engine.close()
    expect(await load).toMatchObject({ code: 'model_unloaded' })
    expect(engine.status()).toEqual([])
  })

  it('unloads what is in use only by force', async () => {
    const { engine } = create({}, [model])
    await engine.load('endless')
    const stream = ending(generate(engine, endless, unending))
    await until(() => engine.status()[0]?.active === 1)
    await expect(engine.unload('endless', { force: false })).rejects.toMatchObject({
      code: 'model_in_use',
      status: 409,
    })
    await engine.unload('endless', { force: true })
    expect(await stream).toMatchObject({ code: 'model_unloaded', status: 503 })
    expect(engine.status()).toEqual([])
  })
})

describe('a queue before one slot', { timeout: 120_000 }, () => {
  const { engine, workers } = createEngine({ parallel: 1, maxQueue: 2 }, [model])
  const short = { ...endless, maxTokens: 3 }
  beforeAll(() => engine.load('endless'))
  afterAll(() => engine.close())

  it('reports the position in the queue and refuses past the bound', async () => {
    const stop = new AbortController()
    const running = collect(generate(engine, endless, stop.signal))
    await until(() => engine.status()[0]?.active === 1)
    const queued = [1, 2].map(() => collect(generate(engine, short, unending)))
    await until(() => engine.status()[0]?.queued === 2)
    await expect(collect(generate(engine, short, unending))).rejects.toMatchObject({
      code: 'queue_full',
      status: 429,
    })
    stop.abort()
    await running
    const positions = (await Promise.all(queued)).map(({ events }) =>
      events.flatMap((event) => (event.kind === 'queued' ? [event.position] : [])),
    )
    expect(positions).toEqual([[1], [2, 1]])
  })

  it('leaves the queue when its reader does', async () => {
    const stop = new AbortController()
    const running = collect(generate(engine, endless, stop.signal))
    await until(() => engine.status()[0]?.active === 1)
    const leave = new AbortController()
    const waiting = collect(generate(engine, short, leave.signal))
    await until(() => engine.status()[0]?.queued === 1)
    leave.abort()
    const { done } = await waiting
    expect(done).toMatchObject({ finishReason: 'cancelled', usage: { completionTokens: 0 } })
    expect(engine.status()[0]).toMatchObject({ active: 1, queued: 0 })
    stop.abort()
    await running
  })

  it('serves those who were waiting when the worker went away', async () => {
    const first = ending(generate(engine, endless, unending))
    await until(() => engine.status()[0]?.active === 1)
    const waiting = collect(generate(engine, { ...short, client: 'other' }, unending))
    await until(() => engine.status()[0]?.queued === 1)
    process.kill(workers.at(-1)?.pid ?? 0, 'SIGKILL')
    expect(await first).toMatchObject({ code: 'worker_crashed' })
    expect((await waiting).text).not.toBe('')
  })

  describe('and questions', () => {
    const asked = { model: 'endless', client: 'other' }

    it('wait for their turn, and leave the queue when their client does', async () => {
      const stop = new AbortController()
      const running = collect(generate(engine, endless, stop.signal))
      await until(() => engine.status()[0]?.active === 1)
      const leave = new AbortController()
      const left = engine
        .tokenize({ ...asked, text: 'a', special: false }, leave.signal)
        .catch((error: unknown) => error)
      await until(() => engine.status()[0]?.queued === 1)
      leave.abort(new Error('gone'))
      expect(await left).toMatchObject({ message: 'gone' })
      expect(engine.status()[0]).toMatchObject({ active: 1, queued: 0 })
      const waiting = engine.detokenize({ ...asked, tokens: [1] }, unending)
      await until(() => engine.status()[0]?.queued === 1)
      stop.abort()
      expect((await running).done.finishReason).toBe('cancelled')
      expect(await waiting).not.toBe('')
      expect(engine.status()[0]).toMatchObject({ active: 0, queued: 0 })
    })

    it('end when their client leaves, before everything is embedded', async () => {
      const leave = new AbortController()
      const inputs = Array.from({ length: 2000 }, (_, number) => `Text ${number}`)
      let vectors = 0
      const embed = async () => {
        for await (const _ of embeddings(engine, { ...asked, inputs }, leave.signal)) {
          vectors++
          leave.abort(new Error('gone'))
        }
      }
      await expect(embed()).rejects.toThrow('gone')
      expect(vectors).toBeGreaterThan(0)
      expect(vectors).toBeLessThan(inputs.length)
      expect(engine.status()[0]).toMatchObject({ active: 0, queued: 0 })
    })

    it('are in nobody’s way when they are no longer read', async () => {
      const inputs = Array.from({ length: 2000 }, (_, number) => `Text ${number}`)
      for await (const _ of embeddings(engine, { ...asked, inputs }, unending)) break
      expect(engine.status()[0]).toMatchObject({ active: 0, queued: 0 })
      expect((await collect(generate(engine, short, unending))).text).not.toBe('')
    })

    it('keep their model, unless it is unloaded by force', async () => {
      const inputs = ['a', 'b']
      const embed = async (unload: () => Promise<unknown>) => {
        let vectors = 0
        for await (const _ of embeddings(engine, { ...asked, inputs }, unending))
          if (++vectors === 1) await unload()
        return vectors
      }
      const refused = engine.tokenize(
        { ...asked, text: 'fox '.repeat(200_000), special: false },
        unending,
      )
      await until(() => engine.status()[0]?.active === 1)
      await expect(engine.unload('endless', { force: false })).rejects.toMatchObject({
        code: 'model_in_use',
      })
      expect((await refused).length).toBeGreaterThan(0)
      expect(await embed(() => engine.unload('endless', { force: false }).catch(() => {}))).toBe(2)
    })
  })
})

/** The same events; says when the first text has come. */
async function* watch(events: AsyncIterable<EngineEvent>, begun: () => void) {
  for await (const event of events) {
    if (event.kind === 'text') begun()
    yield event
  }
}
