import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readGgufFiles } from '@/lib/models/gguf/reader'
import { serveFile } from '../../../support/hub/cdn'
import type { Content } from '../../../support/hub/content'
import { ggufContent } from '../../../support/hub/gguf'
import { until } from '../../../support/until'
import { type EngineHarness, engineHarness } from './engine-harness'

const MIB = 1024 * 1024
// Real sockets and disks: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

let h: EngineHarness
afterEach(() => h.close())

const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(join(h.dataDir, path)))
    .digest('hex')

describe('a plain address', () => {
  let server: Server
  let host: string
  /** What is served, by the path as it was asked for. */
  const served = new Map<string, Content>()
  beforeEach(async () => {
    served.clear()
    server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? '/', 'http://files')
      const content = served.get(pathname)
      if (!content) return response.writeHead(404).end()
      if (search === '?expired') return response.writeHead(403).end()
      const reply = { content, etag: `"${content.sha256}"`, faults: {}, onBytes: () => undefined }
      return void serveFile(request, response, reply)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  const installed = (path: string) => `models/url/${host.replace(':', '_')}/${path}`

  test('whose file changes is fetched anew by itself', async () => {
    h = await engineHarness({ hosts: [host], bytesPerSecond: 6 * MIB })
    // More than the kernel holds of a connection that is closed: that still arrives.
    const other = ggufContent({ size: 64 * MIB, seed: 'other' })
    served.set('/a.gguf', ggufContent({ size: 64 * MIB }))
    const job = await h.downloads.start(`http://${host}/a.gguf`, null)
    await until(() => job.bytes > MIB)
    served.set('/a.gguf', other)
    // What is under way is whole in itself: the rest has to be asked for again.
    server.closeAllConnections()
    h.downloads.limiter.setRate(null)
    await until(() => job.status === 'complete' || job.status === 'failed')
    expect(job.problem).toBeNull()
    expect(await hashOf(installed('a.gguf'))).toBe(other.sha256)
  })

  test('that is paused while its file changes goes on with the new one', async () => {
    h = await engineHarness({ hosts: [host], bytesPerSecond: 2 * MIB })
    const other = ggufContent({ size: 3 * MIB, seed: 'other' })
    served.set('/a.gguf', ggufContent({ size: 4 * MIB }))
    const job = await h.downloads.start(`http://${host}/a.gguf`, null)
    await until(() => job.bytes > MIB / 2)
    await h.downloads.pause(job.id)
    served.set('/a.gguf', other)
    h.downloads.limiter.setRate(null)
    await h.downloads.resume(job.id)
    await until(() => job.status === 'complete' || job.status === 'failed')
    expect(job.problem).toBeNull()
    expect(await hashOf(installed('a.gguf'))).toBe(other.sha256)
  })

  test('of a set never brings parts of two versions', async () => {
    h = await engineHarness({ hosts: [host], bytesPerSecond: 4 * MIB })
    const name = (index: number) => `x-0000${index + 1}-of-00002.gguf`
    const part = (index: number, version: string) =>
      ggufContent({ size: 2 * MIB, seed: version + index, split: { index, count: 2 } })
    const publish = (version: string) => {
      for (const index of [0, 1]) served.set(`/${name(index)}`, part(index, version))
    }
    publish('old')
    const job = await h.downloads.start(`http://${host}/${name(0)}`, null)
    await until(() => job.bytes > 2 * MIB)
    publish('new')
    // Of the second part the rest has to be asked for again, and then is of another version.
    server.closeAllConnections()
    h.downloads.limiter.setRate(null)
    await until(() => job.status === 'complete' || job.status === 'failed')
    expect(job.problem).toBeNull()
    const hashes = [await hashOf(installed(name(0))), await hashOf(installed(name(1)))]
    expect(hashes).toEqual([part(0, 'new').sha256, part(1, 'new').sha256])
  })

  test('in two spellings is one download', async () => {
    h = await engineHarness({ hosts: [host], bytesPerSecond: MIB })
    served.set('/s/a.gguf', ggufContent({ size: 2 * MIB }))
    const [one, two] = await Promise.all([
      h.downloads.start(`http://${host}/s/a.gguf`, null),
      h.downloads.start(`http://${host}/%73/a%2Egguf`, null),
    ])
    expect(two).toBe(one)
    h.downloads.limiter.setRate(null)
    await h.reaches(one, 'complete')
  })

  test('whose signature has expired goes on with the one that it is asked for with next', async () => {
    h = await engineHarness({ hosts: [host] })
    served.set('/a.gguf', ggufContent({ size: MIB }))
    const job = await h.downloads.start(`http://${host}/a.gguf?expired`, null)
    await h.reaches(job, 'failed')
    expect(await h.downloads.start(`http://${host}/a.gguf?valid`, null)).toBe(job)
    await until(() => job.status === 'complete' || job.status === 'failed')
    expect(job.problem).toBeNull()
  })

  test('whose other spelling is another file is never mixed with it', async () => {
    h = await engineHarness({ hosts: [host], bytesPerSecond: 4 * MIB })
    const plus = ggufContent({ size: 2 * MIB, seed: 'plus' })
    const encoded = ggufContent({ size: 2 * MIB, seed: 'encoded' })
    served.set('/a+b.gguf', plus)
    served.set('/a%2Bb.gguf', encoded)
    const jobs = await Promise.all(
      ['a+b', 'a%2Bb'].map((name) => h.downloads.start(`http://${host}/${name}.gguf`, null)),
    )
    h.downloads.limiter.setRate(null)
    for (const job of jobs) await h.reaches(job, 'complete')
    const hash = await hashOf(installed('a+b.gguf'))
    expect([plus.sha256, encoded.sha256]).toContain(hash)
    const model = await h.catalog.get(`${host.replace(':', '_')}/a+b.gguf`)
    expect(model?.sha256).toBe(hash)
  })
})

describe('two quantizations with one projector', () => {
  const eye = ggufContent({ size: 2 * MIB, seed: 'eye', architecture: 'clip' })
  const files = {
    'big-Q4_K_M.gguf': ggufContent({ size: 2 * MIB, seed: '4', fileType: 15 }),
    'big-Q8_0.gguf': ggufContent({ size: 3 * MIB, seed: '8' }),
    'mmproj-F16.gguf': eye,
  }

  test('fetch it once, whether at the same time or one after the other', async () => {
    h = await engineHarness()
    h.hub.add('acme/big', { ...files, 'big-Q6_K.gguf': ggufContent({ size: MIB, fileType: 18 }) })
    const jobs = [
      await h.downloads.start('hf:acme/big:Q8_0', null),
      await h.downloads.start('hf:acme/big:Q4_K_M', null),
    ]
    for (const job of jobs) await h.reaches(job, 'complete')
    const last = await h.downloads.start('hf:acme/big:Q6_K', null)
    await h.reaches(last, 'complete')
    expect(h.hub.served('mmproj-F16.gguf')).toBe(eye.size)
    const models = await h.catalog.list()
    expect(models.map(({ files }) => files.length)).toEqual([2, 2, 2])
    expect(await hashOf('models/hf/acme/big/mmproj-F16.gguf')).toBe(eye.sha256)
    expect(existsSync(join(h.dataDir, 'models/hf/acme/big/mmproj-F16.gguf.part'))).toBe(false)
  })

  test('do not lose it when the one that fetches it is cancelled', async () => {
    h = await engineHarness()
    h.hub.add('acme/big', files)
    h.hub.faults.throttle = { bytesPerSecond: MIB }
    const first = await h.downloads.start('hf:acme/big:Q4_K_M', null)
    const second = await h.downloads.start('hf:acme/big:Q8_0', null)
    await until(() => h.hub.served('mmproj-F16.gguf') > 0)
    await h.downloads.cancel(first.id)
    delete h.hub.faults.throttle
    await h.reaches(second, 'complete')
    expect(await hashOf('models/hf/acme/big/mmproj-F16.gguf')).toBe(eye.sha256)
    expect(h.errors).toEqual([])
  })
})

describe('what is on the disk', () => {
  test('is read once for each installation', async () => {
    const read: string[] = []
    h = await engineHarness({
      readGguf: (paths) => {
        read.push(...paths)
        return readGgufFiles(paths)
      },
    })
    const part = (index: number) =>
      ggufContent({ size: MIB, seed: String(index), split: { index, count: 2 } })
    h.hub.add('acme/set', {
      'x-Q8_0-00001-of-00002.gguf': part(0),
      'x-Q8_0-00002-of-00002.gguf': part(1),
      'mmproj-F16.gguf': ggufContent({ size: MIB, architecture: 'clip' }),
    })
    await h.reaches(await h.downloads.start('hf:acme/set', null), 'complete')
    expect(read).toHaveLength(3)
    expect(new Set(read).size).toBe(3)
  })

  test('and can not be read just now is kept, and a retry fetches nothing', async () => {
    let isAway = true
    h = await engineHarness({
      readGguf: async (paths) => {
        if (isAway)
          throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })
        return readGgufFiles(paths)
      },
    })
    h.hub.add('acme/tiny', { 'x-Q8_0.gguf': ggufContent({ size: MIB }) })
    const job = await h.downloads.start('hf:acme/tiny', null)
    await h.reaches(job, 'failed')
    expect(job.problem).toMatchObject({ code: 'cannot_read' })
    isAway = false
    await h.downloads.retry(job.id)
    await h.reaches(job, 'complete')
    expect(h.hub.served('x-Q8_0.gguf')).toBe(MIB)
  })
})

describe('a start', () => {
  async function twoBegun() {
    h = await engineHarness({ bytesPerSecond: 2 * MIB })
    for (const name of ['a', 'b'])
      h.hub.add(`acme/${name}`, { 'x-Q8_0.gguf': ggufContent({ size: 4 * MIB, seed: name }) })
    const jobs = [
      await h.downloads.start('hf:acme/a', null),
      await h.downloads.start('hf:acme/b', null),
    ] as const
    for (const job of jobs) await until(() => job.bytes > 0)
    return jobs
  }

  test('goes on with the others when a journal can not be read, and fails the one that it is of', async () => {
    const [bad, good] = await twoBegun()
    await h.downloads.pause(bad.id)
    const journal = join(h.dataDir, 'models/hf/acme/a/x-Q8_0.gguf.part.journal')
    await rm(journal)
    await mkdir(journal)
    await h.restart()
    h.downloads.limiter.setRate(null)
    await h.reaches(good, 'complete')
    await h.downloads.resume(bad.id)
    await h.reaches(bad, 'failed')
    expect(h.downloads.get(bad.id).problem?.message).toContain('EISDIR')
    await rm(journal, { recursive: true })
    await h.downloads.retry(bad.id)
    await h.reaches(bad, 'complete')
  })

  test('goes on with the others when a row can not be read', async () => {
    const [bad, good] = await twoBegun()
    await h.breakRow(bad.id)
    await h.restart()
    h.downloads.limiter.setRate(null)
    expect(h.downloads.get(bad.id).problem?.code).toBe('unreadable_record')
    await h.reaches(good, 'complete')
    await h.downloads.retry(bad.id)
    await h.reaches(bad, 'complete')
  })

  test('is possible when no row can be written', async () => {
    const [first] = await twoBegun()
    await h.restart({ full: true })
    h.downloads.limiter.setRate(null)
    await until(() => h.downloads.get(first.id).status === 'failed')
    expect(h.downloads.all()).toHaveLength(2)
    await h.restart()
    h.downloads.limiter.setRate(null)
    await h.reaches(first, 'complete')
  })
})
