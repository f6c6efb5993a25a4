import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Catalog } from '@/lib/models/catalog'
import { removeFiles } from '@/lib/models/model-files'
import { ModelScan } from '@/lib/models/scan'
import { verifyModel } from '@/lib/models/verify'
import { type Db, openDatabase } from '@/lib/platform/db/open'
import { ggufContent } from '../../support/hub/gguf'

const STORYTELLER = 'models/storyteller/storyteller.gguf'
const QUANTIZED = 'models/hf/acme/tiny/tiny-Q8_0.gguf'
const logger = pino({ level: 'silent' })

let dataDir: string
let db: Db
let catalog: Catalog
let clock: number

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'runnel-catalog-'))
  db = await openDatabase(dataDir)
  clock = 1000
  catalog = new Catalog({ db, dataDir, now: () => clock++ })
})

afterEach(async () => {
  await db.destroy()
  rmSync(dataDir, { recursive: true, force: true })
})

const scan = () => new ModelScan({ catalog, rootDir: process.cwd(), logger }).run()

function put(path: string): void {
  mkdirSync(dirname(join(dataDir, path)), { recursive: true })
  copyFileSync(STORYTELLER, join(dataDir, path))
}

describe('a start', () => {
  it('has the built-in model, once, however often it starts', async () => {
    await scan()
    await catalog.update('storyteller', { notes: 'mine' })
    await scan()
    expect(await catalog.list()).toMatchObject([
      { id: 'storyteller', builtin: true, quantization: 'Q8_0', notes: 'mine', missing: false },
    ])
  })

  it('finds files that were added by hand, where downloads put theirs and elsewhere', async () => {
    put(QUANTIZED)
    put('models/hf/acme/tiny/mmproj-F16.gguf')
    put('models/mine/favourite.gguf')
    await scan()
    expect((await catalog.list()).map((model) => model.id).toSorted()).toEqual([
      'acme/tiny:Q8_0',
      'mine/favourite',
      'storyteller',
    ])
    expect((await catalog.get('acme/tiny:Q8_0'))?.projector).toBe(
      join(dataDir, 'models/hf/acme/tiny/mmproj-F16.gguf'),
    )
  })

  it('leaves alone what is not a model, and half of a set', async () => {
    mkdirSync(join(dataDir, 'models'))
    writeFileSync(join(dataDir, 'models/page.gguf'), '<!doctype html>')
    put('models/set-00001-of-00002.gguf')
    await scan()
    expect(await catalog.list()).toHaveLength(1)
  })

  it('keeps off the list what can not be read, and tells who asks for it why', async () => {
    mkdirSync(join(dataDir, 'models/mine'), { recursive: true })
    writeFileSync(join(dataDir, 'models/mine/Broken.gguf'), 'GGUF\x03')
    await scan()
    expect((await catalog.list()).map(({ id }) => id)).toEqual(['storyteller'])
    for (const name of ['mine/Broken', 'file:mine/broken'])
      await expect(catalog.resolveId(name)).rejects.toMatchObject({
        code: 'model_file_unreadable',
        status: 404,
        message: expect.stringMatching(/models\/mine\/Broken\.gguf: This .*GGUF file/),
      })
    // A later start reads it again.
    put('models/mine/Broken.gguf')
    await scan()
    expect(await catalog.resolveId('mine/Broken')).toBe('mine/Broken')
  })

  it('notices that a file went away and came back', async () => {
    put(QUANTIZED)
    await scan()
    rmSync(join(dataDir, QUANTIZED))
    await scan()
    expect((await catalog.get('acme/tiny:Q8_0'))?.missing).toBe(true)
    await expect(catalog.resolveId('acme/tiny')).rejects.toMatchObject({
      code: 'model_file_missing',
    })
    put(QUANTIZED)
    await scan()
    expect((await catalog.get('acme/tiny:Q8_0'))?.missing).toBe(false)
  })
})

it('a file whose header does not say its quantization has that of its name', async () => {
  mkdirSync(join(dataDir, 'models'))
  const { size, read } = ggufContent({ size: 64 * 1024 })
  const head = read(0, size)
  const whole = Buffer.concat([head, read(head.length, size - head.length)])
  writeFileSync(join(dataDir, 'models/model (v1) Q5_0.gguf'), whole)
  await scan()
  expect(await catalog.get('model (v1) Q5_0')).toMatchObject({ quantization: 'Q5_0' })
})

describe('a file that goes away while the server runs', () => {
  it('is noticed when its model is to be loaded, also when a folder has its name now', async () => {
    put(QUANTIZED)
    await scan()
    const model = await catalog.find('acme/tiny:Q8_0')
    await catalog.checkPresent(model)
    rmSync(join(dataDir, QUANTIZED))
    mkdirSync(join(dataDir, QUANTIZED))
    const refusal = { code: 'model_file_missing', status: 404 }
    await expect(catalog.checkPresent(model)).rejects.toMatchObject(refusal)
    await expect(catalog.resolveId('acme/tiny')).rejects.toMatchObject(refusal)
    rmSync(join(dataDir, QUANTIZED), { recursive: true })
    put(QUANTIZED)
    await catalog.checkPresent(model)
    expect(await catalog.resolveId('acme/tiny')).toBe('acme/tiny:Q8_0')
  })

  it('leaves a model that can be deleted, and a folder of its name alone', async () => {
    put(QUANTIZED)
    await scan()
    rmSync(join(dataDir, QUANTIZED))
    put(`${QUANTIZED}/mine`)
    const model = await catalog.find('acme/tiny:Q8_0')
    const verified = await verifyModel(model, dataDir, new AbortController().signal)
    expect(verified).toMatchObject({ ok: false, files: [{ result: 'missing' }] })
    expect(await catalog.remove('acme/tiny:Q8_0')).toEqual({ freedBytes: 0 })
    expect(existsSync(join(dataDir, QUANTIZED, 'mine'))).toBe(true)
  })
})

it('a start does not wait for a pipe that is named like a model', async () => {
  mkdirSync(join(dataDir, 'models'))
  execFileSync('env', ['mkfifo', join(dataDir, 'models/pipe.gguf')])
  await scan()
  expect(await catalog.list()).toMatchObject([{ id: 'storyteller' }])
})

describe('a name', () => {
  it.each([
    ['storyteller', 'storyteller'],
    ['builtin:storyteller', 'storyteller'],
    ['acme/tiny:Q8_0', 'acme/tiny:Q8_0'],
    ['acme/tiny', 'acme/tiny:Q8_0'],
    ['hf:Acme/Tiny:q8_0', 'acme/tiny:Q8_0'],
  ])('%s means %s', async (name, id) => {
    put(QUANTIZED)
    await scan()
    expect(await catalog.resolveId(name)).toBe(id)
  })

  it('that nothing has is answered with what there is', async () => {
    await scan()
    await expect(catalog.resolveId('gpt-4')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      hint: 'Installed are: storyteller.',
    })
  })

  it('may be left out: then it is the model that was used last', async () => {
    put(QUANTIZED)
    await scan()
    await catalog.touch('storyteller')
    expect(await catalog.resolveId()).toBe('storyteller')
    await catalog.touch('acme/tiny:Q8_0')
    expect(await catalog.resolveId()).toBe('acme/tiny:Q8_0')
    expect((await catalog.get('storyteller'))?.timesUsed).toBe(1)
  })
})

it('a model that is deleted while it is verified is said to be gone', async () => {
  put(QUANTIZED)
  await scan()
  const pipe = join(dataDir, 'models/pipe')
  execFileSync('env', ['mkfifo', pipe])
  const model = await catalog.find('acme/tiny:Q8_0')
  const last = { path: 'models/pipe', size: 1, sha256: null, role: 'projector' } as const
  const files = [...model.files, last]
  const verified = verifyModel({ ...model, files }, dataDir, new AbortController().signal)
  // Opens when the other end is read: by then the hash of the weights is known, and their header is not.
  const writer = await open(pipe, 'w')
  rmSync(join(dataDir, QUANTIZED))
  await writer.close()
  expect(await verified).toMatchObject({
    ok: false,
    problem: 'A file of acme/tiny:Q8_0 is not there.',
  })
})

describe('deleting', () => {
  it('takes the settings along, which nothing else does', async () => {
    put(QUANTIZED)
    await scan()
    await catalog.setSettings('acme/tiny:Q8_0', { context_size: 512, kv_type_k: 'q8_0' })
    await catalog.setSettings('acme/tiny:Q8_0', { context_size: 256 })
    await scan()
    expect(await catalog.get('acme/tiny:Q8_0')).toMatchObject({ settings: { context_size: 256 } })
    expect((await catalog.get('acme/tiny:Q8_0'))?.settings).toEqual({ context_size: 256 })
    await catalog.remove('acme/tiny:Q8_0')
    put(QUANTIZED)
    await scan()
    expect((await catalog.get('acme/tiny:Q8_0'))?.settings).toEqual({})
  })

  it('removes the file and its empty folders, and says what it freed', async () => {
    put(QUANTIZED)
    await scan()
    expect(await catalog.remove('acme/tiny:Q8_0')).toEqual({ freedBytes: 1_307_968 })
    expect(existsSync(join(dataDir, 'models/hf'))).toBe(false)
    expect(await catalog.get('acme/tiny:Q8_0')).toBeNull()
  })

  it('keeps a projector that another model shares', async () => {
    put(QUANTIZED)
    put('models/hf/acme/tiny/tiny-Q4_K_M.gguf')
    put('models/hf/acme/tiny/mmproj-F16.gguf')
    await scan()
    await catalog.remove('acme/tiny:Q8_0')
    expect(existsSync(join(dataDir, 'models/hf/acme/tiny/mmproj-F16.gguf'))).toBe(true)
    await catalog.remove('acme/tiny:Q4_K_M')
    expect(existsSync(join(dataDir, 'models/hf'))).toBe(false)
  })

  it('works where a folder is a link to another disk, and a start finds its models there', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'runnel-disk-'))
    put(QUANTIZED)
    await scan()
    renameSync(join(dataDir, 'models/hf'), join(elsewhere, 'hf'))
    symlinkSync(join(elsewhere, 'hf'), join(dataDir, 'models/hf'))
    await scan()
    expect((await catalog.get('acme/tiny:Q8_0'))?.missing).toBe(false)
    expect(await catalog.remove('acme/tiny:Q8_0')).toEqual({ freedBytes: 1_307_968 })
    expect(await catalog.get('acme/tiny:Q8_0')).toBeNull()
    expect(existsSync(join(elsewhere, 'hf'))).toBe(true)
    expect(existsSync(join(elsewhere, 'hf/acme'))).toBe(false)
    rmSync(elsewhere, { recursive: true })
  })

  it.runIf(process.platform === 'linux')('says what the server may not delete', async () => {
    mkdirSync(join(dataDir, 'models'))
    symlinkSync('/proc/self', join(dataDir, 'models/fixed'))
    await expect(removeFiles(dataDir, ['models/fixed/maps'])).rejects.toMatchObject({
      code: 'cannot_delete',
      message: 'The server may not delete models/fixed/maps.',
    })
  })

  it('refuses the built-in model', async () => {
    await scan()
    await expect(catalog.remove('storyteller')).rejects.toMatchObject({ code: 'builtin_model' })
    expect(existsSync(STORYTELLER)).toBe(true)
  })
})

it('tells listeners of every change', async () => {
  await scan()
  let changes = 0
  const stop = catalog.onChange(() => changes++)
  await catalog.update('storyteller', { tags: ['small'], pinned: true })
  expect(changes).toBe(1)
  expect(await catalog.get('storyteller')).toMatchObject({ tags: ['small'], pinned: true })
  stop()
})
