import { expect, test } from 'vitest'
import { draftOf, settingsOf } from '@/components/models/model-setting-fields'
import { modelSettings } from '@/lib/models/settings-schemas'

const ALL = modelSettings.parse({
  ...{ context_size: 4096, parallel: 2, threads: 4, gpu_layers: 0, flash_attention: false },
  ...{ kv_type_k: 'q8_0', kv_type_v: 'f16', keep_alive: -1, thinking: 'high' },
  sampling: { temperature: 0, top_k: 20, repeat_penalty: 1.1, xtc_probability: 0.5 },
  system_prompt: '42',
})

test('what was set comes through the form as it was', () => {
  expect(settingsOf(draftOf(ALL))).toEqual(ALL)
  expect(settingsOf(draftOf({}))).toEqual({})
})

test('what is written is read as people write it, and what is no number is left for the server to refuse', () => {
  const draft = { context_size: ' 2048 ', 'sampling.temperature': '0,7', keep_alive: '−1' }
  expect(settingsOf({ ...draft, threads: '', parallel: 'two' })).toEqual({
    ...{ context_size: 2048, keep_alive: -1, parallel: 'two' },
    sampling: { temperature: 0.7 },
  })
})
