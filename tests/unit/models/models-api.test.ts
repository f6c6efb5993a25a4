import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Catalog } from '@/lib/models/catalog'
import type { ModelSettings } from '@/lib/models/model-settings'
import { ModelsApi } from '@/lib/models/models-api'
import { ModelScan } from '@/lib/models/scan'
import { type Db, openDatabase } from '@/lib/platform/db/open'
import { createEngine } from '../engines/support'

const dataDir = mkdtempSync(join(tmpdir(), 'runnel-models-'))
let db: Db
let api: ModelsApi
let loaded: ModelSettings

beforeAll(async () => {
  db = await openDatabase(dataDir)
  const catalog = new Catalog({ db, dataDir })
  await new ModelScan({ catalog, rootDir: process.cwd(), logger: pino({ level: 'silent' }) }).run()
  const { engine } = createEngine({ models: catalog, parallel: 1 })
  api = new ModelsApi(catalog, engine, { parallel: 1, memory: undefined }, () => ({
    switch: false,
    effort: false,
  }))
})
afterAll(async () => {
  await api.unload('storyteller', true)
  await db.destroy()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the settings of a model', () => {
  it('are kept, count from the next load on, and the answer says so', async () => {
    await api.load('storyteller')
    loaded = { context_size: 512, kv_type_k: 'q8_0' }
    expect(await api.setSettings('storyteller', loaded)).toEqual({
      id: 'storyteller',
      settings: loaded,
      needs_reload: true,
    })
    await api.unload('storyteller', false)
    const { fit, loaded: status } = await api.load('storyteller')
    expect(await api.settings('storyteller')).toMatchObject({ needs_reload: false })
    expect([fit.context_length, status?.context_size]).toEqual([512, 512])
  })

  it('stay as they were when others are refused', async () => {
    await expect(api.setSettings('storyteller', { context_size: 2048 })).rejects.toMatchObject({
      param: 'context_size',
    })
    expect(await api.settings('storyteller')).toMatchObject({ settings: loaded })
  })
})
