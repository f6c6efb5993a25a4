import { afterAll, describe, expect, it } from 'vitest'
import type { Sampling } from '@/lib/engines/types'
import type { ModelSettings } from '@/lib/models/model-settings'
import { collect, createEngine, generate, installed, request, unending } from './support'

const model = installed('storyteller')
const { engine } = createEngine({ parallel: 4 }, [model])
afterAll(() => engine.close())

async function tellWith(settings: ModelSettings): Promise<string> {
  model.settings = settings
  await engine.unload('storyteller', { force: true })
  const greedy = { ...request().sampling, temperature: 0 }
  const { text } = await collect(generate(engine, request({ sampling: greedy }), unending))
  return text
}

describe('the settings of a model', () => {
  it('count from the next load on, and its context says that it is by them', async () => {
    const before = await tellWith({})
    expect(engine.status()).toMatchObject([{ contextSize: 1024, parallel: 4, settings: {} }])
    model.settings = { context_size: 512, parallel: 2, threads: 2 }
    await collect(generate(engine, request({ maxTokens: 1 }), unending))
    expect(engine.status()).toMatchObject([{ contextSize: 1024, parallel: 4, settings: {} }])
    expect(await tellWith(model.settings)).toBe(before)
    expect(engine.status()).toMatchObject([
      {
        contextSize: 512,
        parallel: 2,
        threads: 2,
        contextReason:
          "512 tokens by the model's setting context_size, of 1,024 trained, in 2 sequences",
        settings: { context_size: 512 },
      },
    ])
  })

  it.each<ModelSettings>([
    { flash_attention: true },
    { kv_type_k: 'q8_0', kv_type_v: 'q8_0' },
    { kv_type_k: 'q4_0', flash_attention: false },
    { gpu_layers: 0 },
  ])('%j load a model that tells its story', async (settings) => {
    expect((await tellWith(settings)).length).toBeGreaterThan(20)
  })

  it('reach llama.cpp: a cache of 4 bits takes another way through the story', async () => {
    const exact = await tellWith({ flash_attention: true })
    expect(await tellWith({ kv_type_k: 'q4_0', kv_type_v: 'q4_0' })).not.toBe(exact)
  })

  it('are not alone in reaching it: XTC changes what a seed gives', async () => {
    const tell = async (more: Partial<Sampling>) => {
      const sampling = { ...request().sampling, seed: 7, ...more }
      return (await collect(generate(engine, request({ sampling, maxTokens: 200 }), unending))).text
    }
    const plain = await tell({})
    expect(await tell({ xtc: { probability: 0, threshold: 0.1 } })).toBe(plain)
    expect(await tell({ xtc: { probability: 1, threshold: 0.05 } })).not.toBe(plain)
  })
})
