import { afterAll, describe, expect, it } from 'vitest'
import type { Embedding } from '@/lib/engines/types'
import { until } from '@/tests/support/until'
import { collect, createEngine, embeddings, generate, request, unending } from './support'

const { engine, workers } = createEngine()
afterAll(() => engine.close())

const ask = (fields: Parameters<typeof request>[0] = {}, signal = unending) =>
  collect(generate(engine, request(fields), signal))
const asked = { model: 'storyteller', client: 'tester' }
const tokenize = (text: string, special = false) =>
  engine.tokenize({ ...asked, text, special }, unending)
const detokenize = (tokens: readonly number[]) => engine.detokenize({ ...asked, tokens }, unending)
async function embed(inputs: readonly string[]): Promise<Embedding[]> {
  const all: Embedding[] = []
  for await (const each of embeddings(engine, { ...asked, inputs }, unending)) all.push(each)
  return all
}
const greedy = { ...request().sampling, temperature: 0 }
const long = { maxTokens: 900, sampling: { ...greedy, logitBias: {} } }

describe('LocalEngine', { timeout: 120_000 }, () => {
  it('streams text with usage and timings', async () => {
    const { text, events, done } = await ask()
    expect(text.length).toBeGreaterThan(40)
    const kinds = events.map(({ kind }) => kind)
    expect(kinds.indexOf('started')).toBeLessThan(kinds.indexOf('text'))
    expect(done).toMatchObject({
      finishReason: 'length',
      usage: { promptTokens: 4, completionTokens: 32 },
    })
    expect(done.timings.tokensPerSecond).toBeGreaterThan(0)
    expect(done.timings.firstTokenMs).toBeGreaterThan(0)
  })

  it('is one load, however many ask', async () => {
    const both = await Promise.all([ask(), ask(), engine.load('storyteller')])
    expect(both[0].text).toBe(both[1].text)
    expect(workers).toHaveLength(1)
  })

  it('gives the same text for the same seed, and without temperature', async () => {
    const seeded = await Promise.all(
      [1, 2].map(() => ask({ sampling: { ...greedy, temperature: 1, seed: 42 } })),
    )
    expect(seeded[0]?.text).toBe(seeded[1]?.text)
    const cold = await Promise.all([1, 2, 3].map((seed) => ask({ sampling: { ...greedy, seed } })))
    expect(new Set(cold.map(({ text }) => text)).size).toBe(1)
    const other = await ask({ sampling: { ...greedy, temperature: 1, seed: 43 } })
    expect(other.text).not.toBe(seeded[0]?.text)
  })

  it('answers sixteen at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, seed) =>
        ask({ sampling: { ...greedy, temperature: 1, seed } }),
      ),
    )
    for (const { done } of answers) expect(done.usage.completionTokens).toBeGreaterThan(0)
  })

  it('evaluates only what is new in the next turn of a chat', async () => {
    const question = { role: 'user' as const, content: 'Tell me a story about a fox and a kite.' }
    const first = await ask({ prompt: { kind: 'chat', messages: [question] }, maxTokens: 60 })
    const messages = [
      question,
      { role: 'assistant' as const, content: first.text },
      { role: 'user' as const, content: 'Again, please.' },
    ]
    const second = await ask({ prompt: { kind: 'chat', messages } })
    expect(second.done.usage.cachedTokens).toBeGreaterThan(first.done.usage.promptTokens)
  })

  it('ends at a stop string and shows nothing of it', async () => {
    const free = await ask({ sampling: greedy, maxTokens: 60 })
    const stop = free.text.slice(20, 26)
    const { text, done } = await ask({ sampling: greedy, maxTokens: 60, stop: [stop] })
    expect(text).toBe(free.text.slice(0, free.text.indexOf(stop)))
    expect(done.finishReason).toBe('stop')
  })

  it('holds the bias of a token', async () => {
    const [token] = await tokenize(',')
    const banned = { ...greedy, logitBias: { [token ?? 0]: -100 } }
    const { text } = await ask({ sampling: banned, maxTokens: 100 })
    expect(text).not.toContain(',')
    await expect(ask({ sampling: { ...greedy, logitBias: { 99999: 5 } } })).rejects.toMatchObject({
      status: 400,
    })
  })

  it('reports log probabilities', async () => {
    const { events } = await ask({ sampling: greedy, logprobs: 3, maxTokens: 8 })
    const logprobs = events.flatMap((event) =>
      event.kind === 'text' ? (event.logprobs ?? []) : [],
    )
    expect(logprobs).toHaveLength(8)
    for (const { logprob, top, token } of logprobs) {
      expect(logprob).toBeLessThanOrEqual(0)
      expect(top).toHaveLength(3)
      // Without temperature the likeliest is what is taken.
      expect(top[0]).toMatchObject({ token, logprob })
    }
    expect((await ask({ sampling: greedy, maxTokens: 8 })).text).toBe(
      logprobs.map(({ token }) => token).join(''),
    )
  })

  it('turns text into tokens and back', async () => {
    const text = 'The little fox said “héllo” 🦊.'
    const tokens = await tokenize(text)
    expect(await detokenize(tokens)).toBe(text)
    const [special] = await tokenize('<|im_start|>', true)
    expect(await detokenize([special ?? 0])).toBe('<|im_start|>')
    await expect(detokenize([5000])).rejects.toMatchObject({
      code: 'invalid_token',
    })
  })

  it('embeds texts as vectors of length 1', async () => {
    const [fox, same, bridge] = await embed(['a fox', 'a fox', 'the bridge was long'])
    expect(fox?.vector).toHaveLength(128)
    expect(Math.hypot(...(fox?.vector ?? []))).toBeCloseTo(1, 5)
    expect(fox?.vector).toEqual(same?.vector)
    expect(fox?.vector).not.toEqual(bridge?.vector)
  })

  it('goes on with its streams while it finds a text too long to embed', async () => {
    const stream = generate(engine, request(long), unending)[Symbol.asyncIterator]()
    await stream.next()
    const text = 'fox '.repeat(3_000_000)
    const [refusal, { done }] = await Promise.all([
      embed(['a', text]).catch((error: unknown) => error),
      ask({ maxTokens: 5 }),
    ])
    await stream.return?.()
    expect(done.finishReason).toBe('length')
    expect(refusal).toMatchObject({
      code: 'context_length_exceeded',
      message: 'A text has more than 1023 tokens, and the model takes 1023 at most.',
    })
  })

  it('says why its context is as long as it is, and what to do where a prompt does not fit', async () => {
    await engine.load('storyteller')
    expect(engine.status()[0]).toMatchObject({
      contextSize: 1024,
      contextReason: '1,024 tokens, as trained, in 16 sequences',
    })
    const shorter = createEngine({ contextSize: 256, parallel: 1 }).engine
    const prompt = { kind: 'text' as const, text: 'The fox walked home. '.repeat(100) }
    try {
      await expect(collect(generate(shorter, request({ prompt }), unending))).rejects.toMatchObject(
        {
          code: 'context_length_exceeded',
          hint: expect.stringContaining(
            'Raise RUNNEL_CONTEXT_SIZE, which is 256; the model was trained for 1,024.',
          ),
        },
      )
      expect(shorter.status()[0]?.contextReason).toBe(
        '256 tokens by RUNNEL_CONTEXT_SIZE, of 1,024 trained, in 1 sequence',
      )
    } finally {
      await shorter.close()
    }
  })

  it('refuses a prompt that is too long, or cuts it, as the policy says', async () => {
    const text = 'The fox walked home. '.repeat(400)
    const prompt = { kind: 'text' as const, text }
    await expect(ask({ prompt })).rejects.toMatchObject({
      code: 'context_length_exceeded',
      status: 400,
    })
    const { events } = await ask({ prompt, contextPolicy: 'truncate-middle' })
    const started = events.find((event) => event.kind === 'started')
    expect(started).toMatchObject({ truncatedTokens: expect.any(Number) })
  })

  it('reads a megabyte without being taken for hung', async () => {
    const text = 'The fox walked home. '.repeat(50_000)
    const prompt = { kind: 'text' as const, text }
    await expect(ask({ prompt })).rejects.toMatchObject({ code: 'context_length_exceeded' })
  })

  it.each([
    [
      'messages',
      Array.from({ length: 30_000 }, () => ({ role: 'user' as const, content: 'a' })),
      [],
    ],
    [
      'descriptions of tools',
      [{ role: 'user' as const, content: 'a' }],
      [{ name: 'f', description: 'The fox walked home. '.repeat(300_000) }],
    ],
  ])('reads no end of %s without being taken for hung', async (_, messages, tools) => {
    const prompt = { kind: 'chat' as const, messages, tools }
    await expect(ask({ prompt })).rejects.toMatchObject({
      code: 'context_length_exceeded',
      param: 'messages',
    })
  })

  it('goes on with its streams while it reads a very long prompt, which can be given up meanwhile', async () => {
    const text = 'fox '.repeat(2_000_000)
    const prompt = { kind: 'text' as const, text }
    const abort = new AbortController()
    const reading = ask({ prompt, contextPolicy: 'truncate-middle' }, abort.signal)
    // Each is several steps of the worker, and together they take a part of what the reading does.
    for (let i = 0; i < 3; i++)
      expect((await ask({ maxTokens: 5 })).done.usage.completionTokens).toBe(5)
    abort.abort()
    const { done, events } = await reading
    expect(done.finishReason).toBe('cancelled')
    expect(events.map(({ kind }) => kind)).not.toContain('started')
    await expect(ask({ prompt })).rejects.toMatchObject({ code: 'context_length_exceeded' })
  })

  it('stops to embed and to read for a client who leaves', async () => {
    const idle = () => engine.status()[0]?.active === 0
    const client = new AbortController()
    let made = 0
    const embedding = (async () => {
      const inputs = Array<string>(5000).fill('A fox and an owl.')
      for await (const _ of embeddings(engine, { ...asked, inputs }, client.signal)) {
        made++
        client.abort()
      }
    })()
    await expect(embedding).rejects.toMatchObject({ name: 'AbortError' })
    expect(made).toBeGreaterThan(0)
    expect(made).toBeLessThan(5000)
    const gone = AbortSignal.abort()
    const reading = engine.tokenize({ ...asked, text: 'x', special: false }, gone)
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
    await until(idle)
    expect(await tokenize('A fox')).not.toHaveLength(0)
  })

  it('unloads a model whose only request was given up while it loaded', async () => {
    await engine.unload('storyteller', { force: true })
    const abort = new AbortController()
    const reading = ask({ keepAliveMs: 1 }, abort.signal)
    await until(() => engine.status()[0]?.state === 'loading', 'the load')
    abort.abort()
    expect((await reading).done.finishReason).toBe('cancelled')
    await until(() => engine.status().length === 0, 'the end of the model')
  })

  it('ends at the end of the context', async () => {
    const { done } = await ask({
      maxTokens: undefined,
      sampling: { ...greedy, repeatPenalty: 1.5, temperature: 1.5 },
    })
    expect(done.usage.promptTokens + done.usage.completionTokens).toBeLessThanOrEqual(1024)
  })

  it('stops when it is told to, and its slot is free again', async () => {
    const abort = new AbortController()
    const events = generate(engine, request(long), abort.signal)
    let tokens = 0
    let finishReason = ''
    for await (const event of events) {
      if (event.kind === 'text' && ++tokens === 5) abort.abort()
      if (event.kind === 'done') finishReason = event.finishReason
    }
    expect(finishReason).toBe('cancelled')
    expect(engine.status()[0]).toMatchObject({ active: 0, queued: 0 })
  })

  it('frees the slot of a reader who just leaves', async () => {
    for await (const event of generate(engine, request(long), unending))
      if (event.kind === 'text') break
    expect(engine.status()[0]).toMatchObject({ active: 0, queued: 0 })
  })

  it('ends with an error when its deadline passes', async () => {
    await expect(ask({ ...long, deadlineMs: 20 })).rejects.toMatchObject({
      code: 'deadline_exceeded',
      status: 504,
    })
    expect(engine.status()[0]).toMatchObject({ active: 0, queued: 0 })
  })

  it('says which model is not there', async () => {
    await expect(ask({ model: 'nobody' })).rejects.toMatchObject({
      code: 'model_not_found',
      status: 404,
    })
  })
})
