import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { HashThread } from '@/lib/downloads/hash/hash-thread'

const SCRIPT = join(process.cwd(), 'dist/hash-worker.mjs')
const content = randomBytes(5_000_000)
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let folder: string
let path: string
let thread: HashThread

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runnel-hash-'))
  path = join(folder, 'file')
  await writeFile(path, content)
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => thread.close())

test('gives the hash of what is in the file, however it was told to come along', async () => {
  thread = new HashThread(SCRIPT)
  const told = thread.begin(path)
  for (const prefix of [1, 700_000, 600_000, 4_000_000]) told.advance(prefix)
  const untold = thread.begin(path)
  const part = thread.begin(path)
  expect(await told.finish(content.length)).toBe(sha256(content))
  expect(await untold.finish(content.length)).toBe(sha256(content))
  expect(await part.finish(1000)).toBe(sha256(content.subarray(0, 1000)))
  expect(await thread.begin(path).finish(0)).toBe(sha256(Buffer.alloc(0)))
})

test('takes what is shared from memory, in its place between what it reads back', async () => {
  thread = new HashThread(SCRIPT)
  const running = thread.begin(path)
  const block = thread.buffers.acquire()
  content.copy(block.bytes, 0, 1000, 9000)
  running.advance(1000)
  expect(running.share(block.bytes.subarray(0, 5000), 1000)).toBe(true)
  expect(running.share(block.bytes.subarray(5000, 8000), 6000)).toBe(true)
  expect(running.share(Buffer.alloc(10), 9000)).toBe(false)
  expect(await running.finish(content.length)).toBe(sha256(content))
  block.bytes.fill(0)
  // What is dropped releases what it retained.
  const dropped = thread.begin(path)
  expect(dropped.share(block.bytes, 0)).toBe(true)
  dropped.drop()
  block.release()
  expect(await thread.begin(path).finish(1000)).toBe(sha256(content.subarray(0, 1000)))
  expect(thread.buffers.acquire().bytes.byteOffset).toBe(block.bytes.byteOffset)
})

test('says so when bytes are missing or the file is', async () => {
  thread = new HashThread(SCRIPT)
  await expect(thread.begin(path).finish(content.length + 1)).rejects.toThrow('shorter')
  const missing = thread.begin(join(folder, 'missing'))
  await expect(missing.finish(10)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await thread.begin(path).finish(content.length)).toBe(sha256(content))
})

test('who waits is told when the hash is dropped or the thread ends', async () => {
  thread = new HashThread(SCRIPT)
  const dropped = thread.begin(path)
  const waiting = dropped.finish(content.length)
  dropped.drop()
  await expect(waiting).rejects.toThrow('not wanted')
  // So much that it can't be done before the thread ends.
  const endless = join(folder, 'endless')
  await writeFile(endless, '')
  await truncate(endless, 2 ** 34)
  const cut = expect(thread.begin(endless).finish(2 ** 34)).rejects.toThrow('stopped')
  await thread.close()
  await cut
  // The next one starts another thread.
  expect(await thread.begin(path).finish(content.length)).toBe(sha256(content))
})

test('a thread that breaks is told of, and so is one that can not start', async () => {
  const broken = join(folder, 'broken.mjs')
  await writeFile(broken, "throw new Error('out of order')")
  thread = new HashThread(broken)
  await expect(thread.begin(path).finish(1)).rejects.toThrow('out of order')
  thread = new HashThread(join(folder, 'nowhere.mjs'))
  await expect(thread.begin(path).finish(1)).rejects.toThrow('nowhere.mjs')
})
