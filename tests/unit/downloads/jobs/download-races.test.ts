import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { readGgufFiles } from '@/lib/models/gguf/reader'
import { ggufContent } from '../../../support/hub/gguf'
import { until } from '../../../support/until'
import { type EngineHarness, engineHarness } from './engine-harness'

const MIB = 1024 * 1024
const content = ggufContent({ size: 8 * MIB + 5 })
const PATH = 'models/hf/acme/tiny/tiny.Q8_0.gguf'
// Real sockets and disks: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

let h: EngineHarness
afterEach(() => h.close())

const kinds = (job: Parameters<EngineHarness['events']>[0]) =>
  h.events(job).map(({ event }) => event)

test('one that is paused and cancelled at the same moment is cancelled once', async () => {
  h = await engineHarness({ bytesPerSecond: MIB })
  h.hub.add('acme/tiny', { 'tiny.Q8_0.gguf': content })
  const job = await h.downloads.start('hf:acme/tiny', null)
  await until(() => job.bytes > 0)
  await Promise.all([h.downloads.pause(job.id), h.downloads.cancel(job.id)])
  expect(kinds(job).filter((kind) => kind === 'cancelled')).toHaveLength(1)
  expect(kinds(job)).not.toContain('paused')
})

test('one that is paused and resumed at the same moment goes on and is followed to its end', async () => {
  h = await engineHarness({ bytesPerSecond: MIB })
  h.hub.add('acme/tiny', { 'tiny.Q8_0.gguf': content })
  const job = await h.downloads.start('hf:acme/tiny', null)
  await until(() => job.bytes > 0)
  for (let round = 0; round < 20; round++)
    await Promise.all([h.downloads.pause(job.id), h.downloads.resume(job.id)])
  await until(() => job.status === 'downloading')
  const before = kinds(job).length
  await until(() => kinds(job).length > before + 3)
  h.downloads.limiter.setRate(null)
  await h.reaches(job, 'complete')
})

test('whoever follows one that is forgotten at once is told of its end', async () => {
  h = await engineHarness({ bytesPerSecond: MIB })
  h.hub.add('acme/tiny', { 'tiny.Q8_0.gguf': content })
  const job = await h.downloads.start('hf:acme/tiny', null)
  const sources = [
    h.downloads.progress({ downloadId: job.id }),
    h.downloads.progress({ modelRef: 'hf:acme/tiny' }),
  ]
  for (const source of sources) expect(source.filter?.(job.id)).toBe(true)
  await h.downloads.cancel(job.id)
  await h.downloads.cancel(job.id)
  for (const source of sources) {
    expect(source.filter?.(job.id)).toBe(true)
    expect(source.finished?.()).toBe(true)
  }
})

test('what a failed one has on disk is still its own while the hub is asked again', async () => {
  h = await engineHarness({ timeouts: { giveUpMs: 60_000 } })
  h.hub.add('acme/tiny', { 'tiny.Q8_0.gguf': content })
  h.hub.faults.throttle = { bytesPerSecond: MIB }
  h.hub.faults.expire = { afterBytes: MIB }
  const job = await h.downloads.start('hf:acme/tiny', null)
  await until(() => job.bytes > 0)
  h.hub.faults.status = { code: 404, at: 'hub' }
  await h.reaches(job, 'failed')
  h.hub.faults.down = {}
  await h.downloads.retry(job.id)
  await until(() => job.note !== null)
  expect(job.status).toBe('resolving')
  expect(existsSync(join(h.dataDir, `${PATH}.part`))).toBe(true)
  expect(await h.downloads.orphans.list()).toEqual([])
  await h.restart()
  expect(await h.downloads.orphans.list()).toEqual([])
  await until(() => h.downloads.get(job.id).status === 'resolving')
  await h.downloads.cancel(job.id)
  await until(() => !existsSync(join(h.dataDir, `${PATH}.part`)))
})

test('one that is cancelled in its last moment is either cancelled or installed, not both', async () => {
  let letIn: (() => void) | undefined
  h = await engineHarness({
    beforeCatalog: () =>
      new Promise((resolve) => {
        letIn = resolve
      }),
  })
  h.hub.add('acme/tiny', { 'tiny.Q8_0.gguf': content })
  const job = await h.downloads.start('hf:acme/tiny', null)
  // The file has its name, and the catalog does not know it before this test lets it.
  await until(() => letIn)
  expect(existsSync(join(h.dataDir, PATH))).toBe(true)
  const cancelled = h.downloads.cancel(job.id)
  const paused = h.downloads.pause(job.id).catch((error: unknown) => error)
  await new Promise((resolve) => setImmediate(resolve))
  expect(job.status).toBe('verifying')
  expect(await h.catalog.get('acme/tiny:Q8_0')).toBeNull()
  letIn?.()
  await cancelled
  expect(await paused).toMatchObject({ status: 409 })
  expect(job.status).toBe('complete')
  expect(await h.catalog.get('acme/tiny:Q8_0')).not.toBeNull()
  expect(existsSync(join(h.dataDir, PATH))).toBe(true)
})

test('one that is paused while its header is read is not installed before it goes on', async () => {
  const waiting: (() => void)[] = []
  h = await engineHarness({
    readGguf: async (paths) => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      return readGgufFiles(paths)
    },
  })
  h.hub.add('acme/tiny', { 'tiny.Q8_0.gguf': content })
  const job = await h.downloads.start('hf:acme/tiny', null)
  await until(() => waiting.length > 0)
  const paused = h.downloads.pause(job.id)
  waiting.shift()?.()
  await paused
  expect(job.status).toBe('paused')
  expect(existsSync(join(h.dataDir, PATH))).toBe(false)
  expect(await h.catalog.get('acme/tiny:Q8_0')).toBeNull()
  await h.downloads.resume(job.id)
  await until(() => waiting.length > 0)
  waiting.shift()?.()
  await h.reaches(job, 'complete')
})

test('a restart runs those that are first, and says that the others wait', async () => {
  h = await engineHarness({ bytesPerSecond: MIB / 8 })
  for (const name of ['a', 'b', 'c', 'd'])
    h.hub.add(`acme/${name}`, { [`${name}.Q8_0.gguf`]: ggufContent({ size: MIB, seed: name }) })
  const ids: string[] = []
  for (const name of ['a', 'b', 'c', 'd'])
    ids.push((await h.downloads.start(`hf:acme/${name}`, null)).id)
  const status = () => ids.map((id) => h.downloads.get(id).status)
  const order = ['downloading', 'downloading', 'queued', 'queued']
  await until(() => status().join() === order.join())
  await h.restart()
  await until(() => status()[0] === 'downloading' && status()[1] === 'downloading')
  expect(status()).toEqual(order)
})
