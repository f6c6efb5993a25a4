import type { LlamaContext } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLlama } from '@/lib/engines/local/worker/llama-model'
import { openContexts } from '@/lib/engines/local/worker/slot'
import type { CompleteRequest } from '@/lib/engines/request-defaults'
import type { EngineEvent } from '@/lib/engines/types'
import {
  collect,
  createEngine,
  endlessModel,
  generate,
  request,
  STORYTELLER,
  unending,
} from './support'

/** Tokens after which a stream ends by itself, so that what starves is seen and not waited for. */
const LAST = 400

describe('a context whose sequences run without a pause', () => {
  let llama: Awaited<ReturnType<typeof openLlama>>
  let model: LlamaContext['model']
  beforeAll(async () => {
    llama = await openLlama(() => undefined)
    model = await llama.loadModel({ modelPath: STORYTELLER })
  })
  afterAll(() => llama.dispose())

  it('lets another sequence forget its tokens between two batches', async () => {
    const { slots } = await openContexts(model, {
      contextSize: 512,
      parallel: 4,
      plan: { threads: 1, contexts: 1, flash: false },
    })
    const [first, second, third] = slots
    if (!first || !second || !third) throw new Error('There are too few slots.')
    const start = model.tokenize('Once upon a time')
    await third.batches.during(() => third.prefill(start))
    let made = 0
    let over = false
    const run = (slot: typeof first) =>
      slot.batches.during(async () => {
        let tokens = 0
        for await (const _ of slot.evaluate(start, { yieldEogToken: true })) {
          made++
          if (over || ++tokens === LAST) break
        }
      })
    const streams = [run(first), run(second)]
    while (made < 4) await new Promise((resolve) => setImmediate(resolve))
    const before = made
    await third.keep(third.tokens.slice(0, 1))
    const during = made - before
    over = true
    await Promise.all(streams)
    expect(third.tokens).toHaveLength(1)
    // The batches in flight, and not all that is left of the streams.
    expect(during).toBeLessThan(20)
  })
})

describe('beside two streams that do not end', { timeout: 120_000 }, () => {
  const { engine } = createEngine({ parallel: 4 }, [endlessModel()])
  afterAll(() => engine.close())

  const endless = (fields: Partial<CompleteRequest>) =>
    request({ model: 'endless', maxTokens: undefined, ...fields })
  const ask = (fields: Partial<CompleteRequest>, signal = unending) =>
    collect(generate(engine, endless(fields), signal))
  const prompt = (text: string) => ({ kind: 'text' as const, text })

  /** Two streams, when both have begun to speak. */
  async function begin() {
    const stop = new AbortController()
    const streams = [1, 2].map((number) =>
      generate(
        engine,
        endless({ prompt: prompt(`Stream ${number}`), client: 'long' }),
        stop.signal,
      )[Symbol.asyncIterator](),
    )
    const reads = streams.map(async (stream) => {
      const events: EngineEvent[] = []
      while (events.at(-1)?.kind !== 'text') events.push((await stream.next()).value)
    })
    await Promise.all(reads)
    return {
      /** Stops both, and says how each has ended. */
      async end() {
        stop.abort()
        return Promise.all(
          streams.map(async (stream) => {
            let last: EngineEvent | undefined
            for (let step = await stream.next(); !step.done; step = await stream.next())
              last = step.value
            return last?.kind === 'done' ? last.finishReason : undefined
          }),
        )
      },
    }
  }

  it('short answers are given on sequences that must forget others', async () => {
    await engine.load('endless')
    // Each sequence holds something that is in nobody's way later.
    await Promise.all([1, 2, 3, 4].map((n) => ask({ prompt: prompt(`Fill ${n}`), maxTokens: 3 })))
    const streams = await begin()
    for (let number = 0; number < 6; number++) {
      const { done } = await ask({ prompt: prompt(`${number} short`), maxTokens: 3 })
      expect(done.usage.completionTokens).toBe(3)
    }
    // Had one of them ended by itself, something might have waited for it.
    expect(await streams.end()).toEqual(['cancelled', 'cancelled'])
  })

  it('an answer that is given up frees its slot, whatever it waits for', async () => {
    const streams = await begin()
    for (let number = 0; number < 6; number++) {
      const leave = new AbortController()
      const asked = ask({ prompt: prompt(`${number} given up`) }, leave.signal)
      setImmediate(() => leave.abort())
      expect((await asked).done.finishReason).toBe('cancelled')
    }
    expect(engine.status()[0]).toMatchObject({ active: 2, queued: 0 })
    expect(await streams.end()).toEqual(['cancelled', 'cancelled'])
  })

  it('an answer that was queued says how long', async () => {
    const first = await begin()
    const second = await begin()
    const queued = ask({ prompt: prompt('queued'), maxTokens: 3, client: 'other' })
    const began = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const waited = performance.now() - began
    await first.end()
    const { done } = await queued
    expect(done.timings.queuedMs).toBeGreaterThanOrEqual(Math.floor(waited))
    await second.end()
  })
})
