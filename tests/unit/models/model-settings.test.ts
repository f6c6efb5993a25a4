import { describe, expect, it } from 'vitest'
import {
  loadsAlike,
  type ModelSettings,
  modelSettings,
  wishOf,
  withCacheTypes,
} from '@/lib/models/model-settings'
import { checkSettings } from '@/lib/models/settings-check'
import { installed } from '@/tests/unit/engines/support'

const GIB = 1024 ** 3
const { gguf } = installed('x')
/** 128 KiB of cache for a token, trained for 131,072. */
const model = {
  size: 5 * GIB,
  gguf: { ...gguf, kvBytesPerToken: 131_072, contextLength: 131_072, layers: 32 },
}
const around = {
  memory: { total: 16 * GIB, available: GIB, limitedBy: 'machine' as const },
  cpus: 4,
  limits: { parallel: 4, memory: undefined },
}
const check = (settings: ModelSettings) => () => checkSettings(settings, model, around)

describe('settings that can not work', () => {
  it.each<[ModelSettings, string, RegExp]>([
    [{ context_size: 200_000 }, 'context_size', /is 200000, .* trained for 131072 tokens/],
    [{ context_size: 120_000 }, 'context_size', /120000 tokens .* needs \d+ MiB .* have \d+ MiB/],
    [{ context_size: 32_768, parallel: 4 }, 'parallel', /4 sequences of 32768 .*: 1 do/],
    [{ threads: 5 }, 'threads', /is 5, and this machine has 4/],
    [{ gpu_layers: 40 }, 'gpu_layers', /is 40, and the model has 33/],
    [
      { kv_type_v: 'q8_0', flash_attention: false },
      'kv_type_v',
      /q8_0, .* flash_attention is false/,
    ],
  ])('%j are refused with the numbers', (settings, param, message) => {
    expect(check(settings)).toThrow(
      expect.objectContaining({ status: 400, param, message: expect.stringMatching(message) }),
    )
  })

  it.each<ModelSettings>([
    {},
    { context_size: 65_536, parallel: 1, threads: 4, gpu_layers: 33 },
    { kv_type_k: 'q4_0', flash_attention: false },
    { kv_type_v: 'q8_0' },
    // What would not fit in 16 bits.
    { context_size: 120_000, kv_type_k: 'q8_0', kv_type_v: 'q4_0' },
  ])('%j are not refused', (settings) => {
    expect(check(settings)).not.toThrow()
  })

  it('are also those that nobody knows', () => {
    expect(modelSettings.safeParse({ contextSize: 1 }).success).toBe(false)
    expect(modelSettings.safeParse({ kv_type_k: 'q3' }).success).toBe(false)
  })
})

describe('the settings of a model', () => {
  it('go before those of the server, and are named where a context is too short', () => {
    const limits = { contextSize: 4096, parallel: 4 }
    expect(wishOf({ parallel: 1 }, limits)).toMatchObject({ contextSize: 4096, parallel: 1 })
    expect(wishOf({ context_size: 512 }, limits)).toMatchObject({
      contextSize: 512,
      parallel: 4,
      setting: "the model's setting context_size",
    })
  })

  it('make the cache smaller by its types', () => {
    const bytes = (settings: ModelSettings) => withCacheTypes(model.gguf, settings).kvBytesPerToken
    expect(bytes({})).toBe(131_072)
    // 34 bytes for a block of 32 numbers, instead of 64; 18 in 4 bits.
    expect(bytes({ kv_type_k: 'q8_0', kv_type_v: 'q8_0' })).toBe((131_072 * 34) / 64)
    expect(bytes({ kv_type_v: 'q4_0' })).toBe((131_072 * (64 + 18)) / 128)
  })

  it('want another load when any of them is another', () => {
    expect(loadsAlike({ threads: 1 }, { threads: 1 })).toBe(true)
    expect(loadsAlike({}, { flash_attention: false })).toBe(false)
  })
})
