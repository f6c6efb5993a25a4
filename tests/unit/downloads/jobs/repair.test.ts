import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ModelsApi } from '@/lib/models/models-api'
import { truncatedContent } from '../../../support/hub/content'
import { ggufContent } from '../../../support/hub/gguf'
import { until } from '../../../support/until'
import { type EngineHarness, engineHarness } from './engine-harness'

const MIB = 1024 * 1024
const ID = 'acme/big:Q8_0'
const part = (index: number) =>
  ggufContent({ size: 2 * MIB, seed: `part${index}`, split: { index, count: 2 } })
const NAMES = ['big-Q8_0-00001-of-00002.gguf', 'big-Q8_0-00002-of-00002.gguf']
vi.setConfig({ testTimeout: 60_000 })

let h: EngineHarness
afterEach(() => h.close())

const pathOf = (index: number) => join(h.dataDir, `models/hf/acme/big/${NAMES[index]}`)
const folder = (path: string) => existsSync(join(h.dataDir, 'models/hf', path))
const idle = { status: () => [], load: async () => undefined, unload: async () => undefined }
const verify = () =>
  new ModelsApi(h.catalog, idle, { parallel: 4, memory: undefined }, () => ({
    switch: false,
    effort: false,
  })).verify(ID, new AbortController().signal)

async function fetchBig(): Promise<void> {
  const job = await h.downloads.start(`hf:${ID}`, null)
  await h.reaches(job, 'complete')
}

/** An installed set of two parts, of whose second one a byte has changed. Returns its right bytes. */
async function damaged(): Promise<Buffer> {
  h = await engineHarness()
  h.hub.add('acme/big', Object.fromEntries(NAMES.map((name, index) => [name, part(index)])))
  await fetchBig()
  const right = await readFile(pathOf(1))
  const wrong = Buffer.from(right)
  wrong[MIB] = 255 - (wrong[MIB] ?? 0)
  await writeFile(pathOf(1), wrong)
  expect(await verify()).toMatchObject({ ok: false })
  return right
}

describe('a damaged model', () => {
  test('is said to be damaged until a download has replaced what is damaged, and only that', async () => {
    await damaged()
    expect(await h.catalog.get(ID)).toMatchObject({ damaged: true })
    const [first, second] = NAMES.map((name) => h.hub.served(name))
    await fetchBig()
    expect(await h.catalog.get(ID)).toMatchObject({ damaged: false })
    expect(await verify()).toMatchObject({ ok: true })
    expect(NAMES.map((name) => h.hub.served(name))).toEqual([first, (second ?? 0) + 2 * MIB])
  })

  test('keeps its file until the new one is whole', async () => {
    await damaged()
    const before = await readFile(pathOf(1))
    h.hub.faults.status = { code: 404 }
    const job = await h.downloads.start(`hf:${ID}`, null)
    await h.reaches(job, 'failed')
    expect((await readFile(pathOf(1))).equals(before)).toBe(true)
    expect(await h.catalog.get(ID)).toMatchObject({ damaged: true, missing: false })
  })

  test('never takes a partial file that somebody left for the part that is whole', async () => {
    await damaged()
    await writeFile(`${pathOf(0)}.part`, 'left over')
    await fetchBig()
    expect(await verify()).toMatchObject({ ok: true })
    expect(existsSync(`${pathOf(0)}.part`)).toBe(false)
  })

  test('is whole again when somebody puts the right file back', async () => {
    const right = await damaged()
    await writeFile(pathOf(1), right)
    expect(await verify()).toMatchObject({ ok: true })
    expect(await h.catalog.get(ID)).toMatchObject({ damaged: false })
  })
})

test('a file with letters beyond ASCII in its name is installed under that name', async () => {
  h = await engineHarness()
  h.hub.add('acme/letters', { 'größe 模型-Q8_0.gguf': ggufContent({ size: MIB }) })
  const job = await h.downloads.start('hf:acme/letters/größe 模型-Q8_0.gguf', null)
  await h.reaches(job, 'complete')
  expect(folder('acme/letters/größe 模型-Q8_0.gguf')).toBe(true)
})

describe('folders that a download made', () => {
  test('go with it when it fails, and those with something else in them stay', async () => {
    h = await engineHarness()
    await mkdir(join(h.dataDir, 'models/hf/other'), { recursive: true })
    h.hub.add('acme/cut', {
      'cut-Q8_0.gguf': truncatedContent(ggufContent({ size: MIB }), MIB / 2),
    })
    const job = await h.downloads.start('hf:acme/cut', null)
    await h.reaches(job, 'failed')
    await until(() => !folder('acme'), 'the folders to be gone')
    expect(folder('other')).toBe(true)
  })

  test('go with it when it is cancelled', async () => {
    h = await engineHarness()
    h.hub.add('acme/tiny', { 'sub/tiny-Q8_0.gguf': ggufContent({ size: 4 * MIB }) })
    h.hub.faults.stall = { afterBytes: MIB }
    const job = await h.downloads.start('hf:acme/tiny', null)
    await until(() => folder('acme/tiny/sub'), 'the first byte')
    await h.downloads.cancel(job.id)
    await until(() => !folder('acme'), 'the folders to be gone')
  })
})
