import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { journalPath, partPath, readBootId } from '@/lib/downloads/transfer/files'
import { Journal } from '@/lib/downloads/transfer/journal'
import { fixedContent, truncatedContent } from '../../../support/hub/content'
import { ggufContent } from '../../../support/hub/gguf'
import { until } from '../../../support/until'
import { type EngineHarness, engineHarness } from './engine-harness'
import { recordOf, sampleJob } from './sample-job'

const MIB = 1024 * 1024
const small = ggufContent({ size: 3 * MIB + 5 })
const large = ggufContent({ size: 16 * MIB + 5 })
const PATH = 'models/hf/acme/tiny/tiny.Q8_0.gguf'
// Real sockets and disks: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

let h: EngineHarness
afterEach(() => h.close())

const addTiny = (content = small) => h.hub.add('acme/tiny', { 'tiny.Q8_0.gguf': content })
const kinds = (job: Parameters<EngineHarness['events']>[0]) =>
  h.events(job).map(({ event }) => event)
const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(join(h.dataDir, path)))
    .digest('hex')

describe('a download', () => {
  test('ends as an installed model, and every step of it is told', async () => {
    h = await engineHarness()
    addTiny()
    const job = await h.downloads.start('hf:acme/tiny:Q8_0', null)
    await h.reaches(job, 'complete')
    expect(await hashOf(PATH)).toBe(small.sha256)
    expect(existsSync(join(h.dataDir, `${PATH}.part`))).toBe(false)
    expect(existsSync(join(h.dataDir, `${PATH}.part.journal`))).toBe(false)
    const model = await h.catalog.get('acme/tiny:Q8_0')
    expect(model).toMatchObject({ sha256: small.sha256, size: small.size, licence: 'mit' })
    const told = kinds(job).filter((kind, index, all) => kind !== all[index - 1])
    expect(told).toEqual(['queued', 'started', 'progress', 'verifying', 'complete'])
    const last = h
      .events(job)
      .filter(({ event }) => event === 'progress')
      .at(-1)
    expect(last?.data).toMatchObject({ bytes: small.size, total: small.size })
  })

  test('of a set brings parts and projector as one job with one progress', async () => {
    h = await engineHarness()
    const part = (index: number) =>
      ggufContent({ size: MIB + index, seed: `part${index}`, split: { index, count: 3 } })
    const projector = ggufContent({ size: MIB, seed: 'eye', architecture: 'clip' })
    const files = { 'mmproj-F16.gguf': projector }
    for (const index of [0, 1, 2])
      Object.assign(files, { [`big-Q8_0-0000${index + 1}-of-00003.gguf`]: part(index) })
    h.hub.add('acme/big', files)
    const job = await h.downloads.start('hf:acme/big', null)
    await h.reaches(job, 'complete')
    expect(job.total).toBe(4 * MIB + 3)
    expect(h.events(job).filter(({ event }) => event === 'started')).toHaveLength(1)
    const [model] = await h.catalog.list()
    expect(model?.files).toHaveLength(4)
    expect(model?.projector).toContain('mmproj-F16.gguf')
  })

  test('of what is there already fetches nothing', async () => {
    h = await engineHarness()
    addTiny()
    await h.reaches(await h.downloads.start('hf:acme/tiny', null), 'complete')
    const served = h.hub.served('tiny.Q8_0.gguf')
    const again = await h.downloads.start('hf:acme/tiny', null)
    await h.reaches(again, 'complete')
    expect(h.hub.served('tiny.Q8_0.gguf')).toBe(served)
    expect(again.bytes).toBe(small.size)
    expect(kinds(again)).toEqual(['queued', 'started', 'progress', 'progress', 'complete'])
  })

  test.each([
    [
      'no GGUF at all',
      fixedContent(Buffer.from('<html>not a model</html>'.repeat(1000))),
      'invalid_gguf',
    ],
    ['cut off', truncatedContent(small, 2 * MIB), 'truncated_gguf'],
  ])('with the right hash that is %s is not installed', async (_name, content, code) => {
    h = await engineHarness()
    h.hub.add('acme/bad', { 'bad.Q8_0.gguf': content })
    const job = await h.downloads.start('hf:acme/bad', null)
    await h.reaches(job, 'failed')
    expect(job.problem?.code).toBe(code)
    expect(await h.catalog.list()).toEqual([])
    expect(existsSync(join(h.dataDir, 'models/hf/acme/bad/bad.Q8_0.gguf'))).toBe(false)
    expect(h.events(job).at(-1)).toMatchObject({ event: 'error', data: { code } })
  })

  test('that the disk has no room for fails before its first byte', async () => {
    h = await engineHarness()
    h.hub.add('acme/huge', { 'huge.Q8_0.gguf': { ...small, size: 8e15 } })
    const job = await h.downloads.start('hf:acme/huge:Q8_0', null)
    await h.reaches(job, 'failed')
    expect(job.problem).toMatchObject({
      code: 'disk_full',
      message: expect.stringMatching(
        / 8\.0 PB are needed and .* are free, but 67\.1 MB of them must stay free/,
      ),
    })
    expect(h.hub.served('huge.Q8_0.gguf')).toBe(0)
  })

  test('of what is not on the hub says so', async () => {
    h = await engineHarness()
    const job = await h.downloads.start('hf:acme/nothing', null)
    await h.reaches(job, 'failed')
    expect(job.problem?.code).toBe('repository_not_found')
    expect(() => h.downloads.start('what is this', null)).toThrow()
  })

  test('of a file that changes starts again, says so, and its bytes never go down', async () => {
    h = await engineHarness({ bytesPerSecond: 6 * MIB })
    addTiny(large)
    const job = await h.downloads.start('hf:acme/tiny', null)
    await until(() => job.bytes > MIB)
    const other = ggufContent({ size: large.size, seed: 'other' })
    h.hub.replace('acme/tiny', 'tiny.Q8_0.gguf', other)
    h.downloads.limiter.setRate(null)
    await h.reaches(job, 'complete')
    expect(await hashOf(PATH)).toBe(other.sha256)
    const events = h.events(job)
    const started = events.filter(({ event }) => event === 'started')
    expect(started.at(-1)?.data.note).toContain('starts again')
    const bytes = events.map(({ data }) => Number(data.bytes))
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
  })
})

describe('one job for one target', () => {
  test('whoever asks, at the same moment, and however it is written', async () => {
    h = await engineHarness({ bytesPerSecond: MIB })
    addTiny()
    const refs = [
      'hf:acme/tiny',
      'hf:acme/tiny',
      'acme/tiny',
      'hf:acme/tiny:Q8_0',
      'hf:acme/tiny/tiny.Q8_0.gguf',
    ]
    const jobs = await Promise.all(refs.map((ref) => h.downloads.start(ref, null)))
    expect(new Set(jobs.map((job) => job.id)).size).toBeLessThanOrEqual(3)
    h.downloads.limiter.setRate(null)
    for (const job of jobs) await h.reaches(job, 'complete')
    expect(h.hub.served('tiny.Q8_0.gguf')).toBe(small.size)
    const later = await h.downloads.start('hf:acme/tiny', null)
    expect(jobs.map((job) => job.id)).not.toContain(later.id)
  })

  test('another way of writing it joins', async () => {
    h = await engineHarness({ bytesPerSecond: MIB })
    addTiny()
    const job = await h.downloads.start('hf:acme/tiny', null)
    expect(await h.downloads.start('hf:acme/tiny:q8_0', null)).toBe(job)
    const source = h.downloads.progress({ modelRef: 'hf:acme/tiny:Q8_0' })
    expect(source.filter?.(job.id)).toBe(true)
  })
})

describe('pause, resume, retry, cancel', () => {
  test('a paused download keeps what is there and goes on from it', async () => {
    h = await engineHarness({ bytesPerSecond: 2 * MIB })
    addTiny()
    const job = await h.downloads.start('hf:acme/tiny', null)
    await until(() => job.bytes > MIB)
    await h.downloads.pause(job.id)
    expect(h.events(job).at(-1)?.event).toBe('paused')
    const { bytes } = job
    const served = h.hub.served('tiny.Q8_0.gguf')
    h.downloads.limiter.setRate(null)
    await h.downloads.resume(job.id)
    await h.reaches(job, 'complete')
    expect(h.hub.served('tiny.Q8_0.gguf') - served).toBe(small.size - bytes)
  })

  test('asking for a paused download again lets it go on', async () => {
    h = await engineHarness({ bytesPerSecond: MIB })
    addTiny()
    const job = await h.downloads.start('hf:acme/tiny', null)
    await h.downloads.pause(job.id)
    h.downloads.limiter.setRate(null)
    expect(await h.downloads.start('hf:acme/tiny', null)).toBe(job)
    await h.reaches(job, 'complete')
  })

  test('a failed download goes on from where it stood', async () => {
    h = await engineHarness({ bytesPerSecond: 6 * MIB, timeouts: { giveUpMs: 100 } })
    addTiny(large)
    const job = await h.downloads.start('hf:acme/tiny', null)
    await until(() => job.bytes > MIB)
    h.hub.faults.status = { code: 500 }
    h.hub.faults.reset = { afterBytes: 0 }
    await h.reaches(job, 'failed')
    const { bytes } = job
    const served = h.hub.served('tiny.Q8_0.gguf')
    h.hub.faults.status = undefined
    h.hub.faults.reset = undefined
    h.downloads.limiter.setRate(null)
    await h.downloads.retry(job.id)
    await h.reaches(job, 'complete')
    expect(h.hub.served('tiny.Q8_0.gguf') - served).toBe(large.size - bytes)
    expect(job.problem).toBeNull()
  })

  test('a cancel in a stall answers at once and keeps nothing', async () => {
    h = await engineHarness({ timeouts: { stallMs: 60_000 } })
    addTiny()
    h.hub.faults.stall = { afterBytes: 500_000 }
    const job = await h.downloads.start('hf:acme/tiny', null)
    await until(() => h.hub.served('tiny.Q8_0.gguf') >= 1_500_000)
    // The stalled connections would keep it for a minute; this test ends much sooner.
    await h.downloads.cancel(job.id)
    expect(h.events(job).at(-1)?.event).toBe('cancelled')
    await until(() => !existsSync(join(h.dataDir, `${PATH}.part`)))
    await until(() => !existsSync(join(h.dataDir, `${PATH}.part.journal`)))
    expect(h.events(job).filter(({ event }) => event === 'cancelled')).toHaveLength(1)
    await h.downloads.cancel(job.id)
    expect(h.downloads.all()).toEqual([])
  })

  test('one that is wanted again while it is cancelled loses nothing to that', async () => {
    h = await engineHarness()
    addTiny(large)
    h.hub.faults.throttle = { bytesPerSecond: 4 * MIB }
    let job = await h.downloads.start('hf:acme/tiny', null)
    for (let round = 0; round < 6; round++) {
      await until(() => job.bytes > 0)
      const cancelled = h.downloads.cancel(job.id)
      if (round % 2) await cancelled
      job = await h.downloads.start('hf:acme/tiny', null)
      expect(job.status).not.toBe('cancelled')
    }
    delete h.hub.faults.throttle
    await h.reaches(job, 'complete')
    expect(await hashOf(PATH)).toBe(large.sha256)
    expect(h.errors).toEqual([])
  })

  test('what makes no sense is refused', async () => {
    h = await engineHarness()
    addTiny()
    const job = await h.downloads.start('hf:acme/tiny', null)
    await h.reaches(job, 'complete')
    for (const act of ['pause', 'resume', 'retry'] as const)
      await expect(h.downloads[act](job.id)).rejects.toMatchObject({ status: 409 })
    await expect(h.downloads.move(job.id, 'up')).rejects.toMatchObject({ status: 409 })
    expect(() => h.downloads.get('nobody')).toThrow(/no download/)
  })
})

describe('the queue', () => {
  test('runs in order, a few at a time, and the order can be changed', async () => {
    h = await engineHarness({ concurrency: 1, bytesPerSecond: MIB / 2 })
    for (const name of ['a', 'b', 'c'])
      h.hub.add(`acme/${name}`, { [`${name}.Q8_0.gguf`]: ggufContent({ size: MIB, seed: name }) })
    const [a, b, c] = [
      await h.downloads.start('hf:acme/a', null),
      await h.downloads.start('hf:acme/b', null),
      await h.downloads.start('hf:acme/c', null),
    ]
    expect(h.downloads.view(b)).toMatchObject({ status: 'queued', position: 1 })
    expect(h.downloads.view(c)).toMatchObject({ status: 'queued', position: 2 })
    await h.downloads.move(c.id, 'up')
    await h.downloads.move(c.id, 'up')
    expect(h.downloads.view(c).position).toBe(1)
    await h.downloads.move(c.id, 'down')
    await h.downloads.move(c.id, 'up')
    h.downloads.limiter.setRate(null)
    for (const job of [a, b, c]) await h.reaches(job, 'complete')
    const times = [a, c, b].map((job) => job.finishedAt ?? 0)
    expect(times).toEqual(times.toSorted((x, y) => x - y))
  })
})

describe('a restart', () => {
  test('goes on with every unfinished job by itself, and leaves a paused one paused', async () => {
    h = await engineHarness({ concurrency: 1, bytesPerSecond: 2 * MIB })
    addTiny()
    h.hub.add('acme/next', { 'next.Q8_0.gguf': ggufContent({ size: MIB, seed: 'n' }) })
    h.hub.add('acme/later', { 'later.Q8_0.gguf': ggufContent({ size: MIB, seed: 'l' }) })
    const tiny = await h.downloads.start('hf:acme/tiny', null)
    const next = await h.downloads.start('hf:acme/next', null)
    const later = await h.downloads.start('hf:acme/later', null)
    await h.downloads.pause(later.id)
    await until(() => tiny.bytes > MIB)
    await h.restart()
    expect(h.downloads.get(tiny.id).bytes).toBeGreaterThanOrEqual(tiny.bytes)
    h.downloads.limiter.setRate(null)
    await h.reaches(tiny, 'complete')
    await h.reaches(next, 'complete')
    expect(h.downloads.get(later.id).status).toBe('paused')
    expect(await hashOf(PATH)).toBe(small.sha256)
  })
})

describe('orphaned partial files', () => {
  test('are listed with their size, and deleted only when somebody asks', async () => {
    h = await engineHarness({ bytesPerSecond: MIB })
    addTiny()
    const job = await h.downloads.start('hf:acme/tiny', null)
    await until(() => existsSync(join(h.dataDir, `${PATH}.part`)))
    const orphan = 'models/hf/old/gone.gguf'
    await mkdir(join(h.dataDir, 'models/hf/old'), { recursive: true })
    await writeFile(join(h.dataDir, `${orphan}.part`), Buffer.alloc(10_000, 1))
    await writeFile(join(h.dataDir, `${orphan}.part.journal`), 'x')
    const [found, ...more] = await h.downloads.orphans.list()
    expect(found).toMatchObject({ path: orphan, bytes: 10_001 })
    expect(more).toEqual([])
    await expect(h.downloads.orphans.clear(PATH)).rejects.toMatchObject({ status: 404 })
    expect(await h.downloads.orphans.clear()).toBe(10_001)
    expect(await h.downloads.orphans.list()).toEqual([])
    expect(existsSync(join(h.dataDir, `${PATH}.part`))).toBe(true)
    await h.downloads.pause(job.id)
  })
})

describe('a crash between the last byte and the catalog', () => {
  test.each([
    ['before the file has its name', false],
    ['after the file has its name', true],
  ])('%s: the next process installs it and fetches nothing', async (_name, renamed) => {
    h = await engineHarness()
    addTiny()
    const job = await h.downloads.start('hf:acme/tiny', null)
    await h.reaches(job, 'complete')
    // As it was before the catalog knew: the row unfinished, the journal there, the model not.
    const path = join(h.dataDir, PATH)
    const state = {
      identity: small.sha256,
      size: small.size,
      validator: null,
      sha256: small.sha256,
    }
    const ranges = [{ start: 0, end: small.size }]
    const journal = await Journal.open(journalPath(path), readBootId(), {
      ...state,
      written: ranges,
      synced: ranges,
    })
    await journal.close()
    if (!renamed) await rename(path, partPath(path))
    const served = h.hub.served('tiny.Q8_0.gguf')
    await h.forget('acme/tiny:Q8_0')
    await h.saveRow(sampleJob({ ...recordOf(job), status: 'verifying', finishedAt: null }))
    await h.restart()
    await h.reaches(job, 'complete')
    expect(h.hub.served('tiny.Q8_0.gguf')).toBe(served)
    expect(await hashOf(PATH)).toBe(small.sha256)
    expect(await h.catalog.get('acme/tiny:Q8_0')).toMatchObject({ sha256: small.sha256 })
    expect(existsSync(journalPath(path))).toBe(false)
  })
})
