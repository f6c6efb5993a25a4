import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FileLocks } from '@/lib/downloads/jobs/file-locks'
import { Orphans } from '@/lib/downloads/jobs/partials'

const NOBODY = 65534
const PARTIALS = ['.part', '.part.journal', '.part.journal.new']

let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'runnel-orphans-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

function leave(path: string, bytes: number) {
  mkdirSync(dirname(join(dataDir, path)), { recursive: true })
  for (const suffix of PARTIALS) writeFileSync(join(dataDir, path + suffix), Buffer.alloc(bytes, 1))
}

it('adds up what belongs to one file, and leaves out what a job goes on with', async () => {
  leave('models/hf/acme/left.gguf', 100)
  leave('models/hf/acme/claimed.gguf', 100)
  const orphans = new Orphans(dataDir, new FileLocks(), (path) => path.includes('claimed'))
  expect(await orphans.list()).toMatchObject([{ path: 'models/hf/acme/left.gguf', bytes: 300 }])
  expect(await orphans.clear()).toBe(300)
  expect(await orphans.list()).toEqual([])
})

it('lists the others when a file goes between its listing and a look at it', async () => {
  leave('models/hf/acme/left.gguf', 100)
  leave('models/hf/acme/ending.gguf', 100)
  const orphans = new Orphans(dataDir, new FileLocks(), (path) => {
    if (path.includes('ending'))
      for (const suffix of PARTIALS) rmSync(join(dataDir, path + suffix), { force: true })
    return false
  })
  expect(await orphans.list()).toMatchObject([{ path: 'models/hf/acme/left.gguf' }])
})

it('lists the others beside a folder that may not be opened', async () => {
  leave('models/hf/acme/left.gguf', 100)
  mkdirSync(join(dataDir, 'models/lost+found'), { mode: 0 })
  // Root may look everywhere, so somebody else looks.
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(dataDir, NOBODY, NOBODY)
  if (isRoot) process.seteuid?.(NOBODY)
  try {
    const orphans = new Orphans(dataDir, new FileLocks(), () => false)
    expect(await orphans.list()).toMatchObject([{ path: 'models/hf/acme/left.gguf' }])
  } finally {
    if (isRoot) process.seteuid?.(0)
    chmodSync(join(dataDir, 'models/lost+found'), 0o700)
  }
})

it('does not delete what a job goes on with by now', async () => {
  leave('models/hf/acme/left.gguf', 100)
  // A job takes it between the listing, which asks once for each of its files, and the deletion.
  let asked = 0
  const orphans = new Orphans(dataDir, new FileLocks(), () => ++asked > PARTIALS.length)
  expect(await orphans.clear()).toBe(0)
  expect(await new Orphans(dataDir, new FileLocks(), () => false).list()).toMatchObject([
    { bytes: 300 },
  ])
})

it('waits for whoever works on the file, and keeps what another job goes on with', async () => {
  leave('models/hf/acme/a.gguf', 100)
  const locks = new FileLocks()
  const claimed = new Set<string>()
  const orphans = new Orphans(dataDir, locks, (path) => claimed.has(path))
  const files = [{ path: 'models/hf/acme/a.gguf' }]
  const release = await locks.acquire('models/hf/acme/a.gguf', new AbortController().signal)
  const discarded = orphans.discard(files)
  await new Promise((resolve) => setImmediate(resolve))
  expect(await orphans.list()).toHaveLength(1)
  claimed.add('models/hf/acme/a.gguf')
  release()
  await discarded
  claimed.clear()
  expect(await orphans.list()).toHaveLength(1)
  await orphans.discard(files)
  expect(await orphans.list()).toEqual([])
})
