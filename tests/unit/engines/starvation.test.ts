import type { LlamaContext } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openContexts } from '@/lib/engines/local/worker/contexts'
import { openLlama } from '@/lib/engines/local/worker/llama-model'
import { STORYTELLER } from './support'

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
