import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Caller } from '@/lib/auth/caller'
import { Generations } from '@/lib/engines/generations'
import type { EngineEvent } from '@/lib/engines/types'
import { AppError } from '@/lib/platform/errors'
import { toInferRequest } from '@/lib/protocols/runnel/api'
import { TokenEncoder } from '@/lib/protocols/runnel/token-encoder'
import { Responder } from '@/lib/protocols/shared/responder'
import { SseServer } from '@/lib/sse'

const started: EngineEvent = {
  kind: 'started',
  promptTokens: 1,
  cachedTokens: 0,
  truncatedTokens: 0,
}
const done = (finishReason: 'stop' | 'cancelled'): EngineEvent => ({
  kind: 'done',
  finishReason,
  usage: { promptTokens: 1, cachedTokens: 0, completionTokens: 1 },
  timings: {
    queuedMs: 0,
    loadMs: 0,
    promptMs: 1,
    generationMs: 1,
    firstTokenMs: 1,
    promptTokensPerSecond: 1,
    tokensPerSecond: 1,
  },
})

/** An engine that says one token, then waits to be told to end, or to be stopped. */
class HeldEngine {
  calls = 0
  failure: AppError | undefined
  release: () => void = () => {}

  /** What further requests get instead, in order: events before they are held, or an error. */
  further: (readonly EngineEvent[] | AppError)[] = []

  async generate(
    _request: unknown,
    signal: AbortSignal,
    onEvent: (event: EngineEvent) => void,
  ): Promise<void> {
    this.calls++
    const next = this.further.shift()
    if (next instanceof AppError) {
      // Later than what the others said.
      await new Promise(setImmediate)
      throw next
    }
    if (next) {
      for (const event of next) onEvent(event)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      onEvent(done('cancelled'))
      return
    }
    if (this.failure) throw this.failure
    onEvent(started)
    onEvent({ kind: 'text', text: 'a', tokens: 1 })
    await new Promise<void>((resolve) => {
      this.release = resolve
      signal.addEventListener('abort', () => resolve())
      if (signal.aborted) resolve()
    })
    onEvent(done(signal.aborted ? 'cancelled' : 'stop'))
  }
}

const person = (userId: string, role: Caller['role'] = 'user'): Caller => ({
  userId,
  role,
  via: 'session',
  client: userId,
  scopes: new Set(),
  credential: null,
  label: userId,
  address: '127.0.0.1',
})

function call(caller: Caller, headers: Record<string, string> = {}) {
  const gone = new AbortController()
  const request = new Request('http://localhost/v1/infer', { headers, signal: gone.signal })
  return { request, caller, gone }
}

const plan = () => ({
  requests: [toInferRequest({ prompt: 'Hello' }, 'm', 'ann')],
  encoder: new TokenEncoder(),
})

let engine: HeldEngine
let generations: Generations
let responder: Responder
/** Answers that hold tokens of their caller. */
let held: number

function hold(): () => void {
  held += 1
  return () => {
    held -= 1
  }
}

beforeEach(() => {
  engine = new HeldEngine()
  generations = new Generations(engine)
  const sse = new SseServer({
    maxSubscribers: 100,
    maxPerClient: 2,
    maxAgeMs: 3_600_000,
    stallMs: 60_000,
    reject: () => new Response(null, { status: 429 }),
  })
  held = 0
  responder = new Responder(generations, sse, { reserve: async () => hold() })
})
afterEach(async () => {
  vi.useRealTimers()
  await generations.close()
})

const ann = person('ann')

function generationOf(response: Response) {
  const generation = generations.get(response.headers.get('X-Generation-Id') ?? '')
  if (!generation) throw new Error('The response names no generation.')
  return generation
}

describe('tokens that are set aside', () => {
  it('are given back when the answer has ended, not when its reader has', async () => {
    const response = await responder.stream(call(ann), plan(), 60_000)
    expect(held).toBe(1)
    await response.body?.cancel()
    expect(held).toBe(1)
    engine.release()
    await generationOf(response).result()
    expect(held).toBe(0)
  })
})

describe('a stream', () => {
  it('is the frames of a generation, and names it', async () => {
    const response = await responder.stream(call(ann), plan(), 0)
    expect(response.headers.get('X-Generation-Id')).toMatch(/^[0-9a-f]{24}$/)
    engine.release()
    const text = await response.text()
    expect(text).toContain('data: {"token":"a"}')
    expect(text).toMatch(/data: \[DONE\]\n\n$/)
  })

  it('is an error with a status when the generation is refused before it began', async () => {
    engine.failure = new AppError('Full.', { code: 'queue_full', status: 503, retryAfter: 3 })
    await expect(responder.stream(call(ann), plan(), 0)).rejects.toBe(engine.failure)
    expect(generations.active()).toEqual([])
  })

  it('is an error with a status when a later choice finds the queue full', async () => {
    const full = new AppError('Full.', { code: 'queue_full', status: 429, retryAfter: 3 })
    engine.further = [[{ kind: 'queued', position: 1 }], full]
    const [request] = plan().requests
    const both = { ...plan(), requests: [request, request].filter((one) => one !== undefined) }
    await expect(responder.stream(call(ann), both, 0)).rejects.toBe(full)
    expect(generations.active()).toEqual([])
  })

  it('stops its generation at once when its only reader leaves', async () => {
    const one = call(ann)
    const response = await responder.stream(one, plan(), 0)
    one.gone.abort()
    const { choices } = await generationOf(response).result()
    expect(choices[0]?.finishReason).toBe('cancelled')
  })

  it('stops it too when the client was gone before the answer', async () => {
    const one = call(ann)
    one.gone.abort()
    const response = await responder.stream(one, plan(), 0)
    const { choices } = await generationOf(response).result()
    expect(choices[0]?.finishReason).toBe('cancelled')
  })

  it('goes on while another reader is there', async () => {
    const one = call(ann)
    const generation = generationOf(await responder.stream(one, plan(), 0))
    await responder.attach(call(ann), generation)
    one.gone.abort()
    engine.release()
    const { choices } = await generation.result()
    expect(choices[0]?.finishReason).toBe('stop')
  })

  it('waits for a reader to come back as long as it is told, and not longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const one = call(ann)
    const generation = generationOf(await responder.stream(one, plan(), 10_000))
    one.gone.abort()
    await vi.advanceTimersByTimeAsync(9_000)
    const two = call(ann)
    await responder.attach(two, generation)
    two.gone.abort()
    await vi.advanceTimersByTimeAsync(9_999)
    expect(generation.state.kind).toBe('running')
    await vi.advanceTimersByTimeAsync(1)
    expect((await generation.result()).choices[0]?.finishReason).toBe('cancelled')
  })

  it('that a limit keeps out starts nothing that goes on', async () => {
    await responder.stream(call(ann), plan(), 10_000)
    await responder.stream(call(ann), plan(), 10_000)
    const response = await responder.stream(call(ann), plan(), 10_000)
    expect(response.status).toBe(429)
    expect(generations.active()).toHaveLength(2)
    // It might have loaded a model.
    expect(engine.calls).toBe(2)
    expect(held).toBe(2)
  })
})

describe('a whole answer', () => {
  it('comes at the end', async () => {
    const whole = responder.complete(call(ann), plan())
    await vi.waitFor(() => expect(generations.active()[0]?.texts).toEqual(['a']))
    engine.release()
    expect(await whole).toMatchObject({ choices: [{ text: 'a', finishReason: 'stop' }] })
  })

  it('is stopped when its client leaves', async () => {
    const one = call(ann)
    const whole = responder.complete(one, plan())
    one.gone.abort()
    expect(await whole).toMatchObject({ choices: [{ finishReason: 'cancelled' }] })
  })
})

describe('a reconnect', () => {
  it('goes on with the generation that the id is of', async () => {
    const one = call(ann)
    const generation = generationOf(await responder.stream(one, plan(), 10_000))
    one.gone.abort()
    const again = call(ann, { 'last-event-id': `${generation.id}.1` })
    const response = await responder.stream(again, plan(), 10_000)
    engine.release()
    expect(await response.text()).not.toContain('"token":"a"')
    expect(engine.calls).toBe(1)
  })

  it('finds nothing that is somebody else’s, unless an admin asks', async () => {
    const generation = generationOf(await responder.stream(call(ann), plan(), 0))
    const id = { 'last-event-id': `${generation.id}.1` }
    const missing = expect.objectContaining({ status: 404, code: 'generation_not_found' })
    await expect(responder.stream(call(person('bob'), id), plan(), 0)).rejects.toEqual(missing)
    await expect(responder.stop(person('bob'), generation.id)).rejects.toEqual(missing)
    const admin = call(person('root', 'admin'), id)
    expect((await responder.stream(admin, plan(), 0)).status).toBe(200)
    expect(engine.calls).toBe(1)
    expect(generation.state.kind).toBe('running')
  })

  it('tells keys without an account apart by the key', async () => {
    const key = (client: string): Caller => ({ ...person(client), userId: null, via: 'key' })
    const generation = generationOf(await responder.stream(call(key('k1')), plan(), 0))
    expect(responder.find(key('k1'), generation.id)).toBe(generation)
    expect(() => responder.find(key('k2'), generation.id)).toThrow()
  })
})
