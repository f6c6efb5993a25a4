import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Job, JobRecord } from '@/lib/downloads/jobs/job'
import { ProgressFeed } from '@/lib/downloads/jobs/progress-feed'
import { MemoryLog } from '@/lib/sse'
import { sampleJob } from './sample-job'

const jobs = new Map<string, Job>()
const book = {
  jobs: () => jobs.values(),
  place: (job: Job) => (job.status === 'queued' ? 1 : null),
}
let log: MemoryLog
let feed: ProgressFeed

beforeEach(() => {
  vi.useFakeTimers()
  jobs.clear()
  log = new MemoryLog({ maxEntries: 10_000, maxBytes: 1e7, maxAgeMs: 1e9 })
  feed = new ProgressFeed(log, book)
})
afterEach(() => {
  feed.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

function addJob(id: string, given: Partial<JobRecord> = {}): Job {
  const job = sampleJob({
    ...{ id, modelRef: `hf:acme/${id}`, target: id },
    ...{ status: 'downloading', total: 1000, createdAt: 1, updatedAt: 1 },
    ...given,
  })
  jobs.set(id, job)
  return job
}

type Told = { event: string; data: Record<string, unknown> }

function told(): Told[] {
  const result = log.read({ epoch: log.epoch, seq: 0 }, 1e7)
  if (result.kind !== 'entries') return []
  return result.entries.map(({ bytes }) => {
    const text = Buffer.from(bytes).toString()
    return {
      event: /^event: (.*)$/m.exec(text)?.[1] ?? '',
      data: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '{}'),
    }
  })
}

test('thins progress to ten a second at most, and the last before the end is exact', async () => {
  const job = addJob('a', { total: 10_000 })
  feed.started(job)
  for (let step = 1; step <= 300; step++) {
    job.bytes = step * 10
    job.onRecord = job.bytes
    feed.advanced(job)
    await vi.advanceTimersByTimeAsync(10)
  }
  job.bytes = 10_000
  feed.advanced(job)
  job.enter('complete')
  feed.changed(job)
  const events = told()
  const progress = events.filter(({ event }) => event === 'progress')
  expect(progress.length).toBeGreaterThan(15)
  expect(progress.length).toBeLessThanOrEqual(31)
  expect(progress.at(-1)?.data).toMatchObject({ bytes: 10_000, total: 10_000 })
  expect(events[0]?.event).toBe('started')
  expect(events.at(-1)?.event).toBe('complete')
})

test('the newest bytes are always told in the end, though nothing follows them', async () => {
  const job = addJob('a')
  feed.started(job)
  job.bytes = 1
  feed.advanced(job)
  job.bytes = 2
  feed.advanced(job)
  await vi.advanceTimersByTimeAsync(200)
  expect(told().at(-1)?.data.bytes).toBe(2)
})

test('says that it is stalled, and with which speed it goes on', async () => {
  const job = addJob('a')
  feed.started(job)
  job.bytes = 500
  job.onRecord = 500
  await vi.advanceTimersByTimeAsync(300)
  feed.advanced(job)
  await vi.advanceTimersByTimeAsync(5000)
  expect(told().at(-1)?.data).toMatchObject({
    stalled: true,
    bytes_per_second: 0,
    eta_seconds: null,
  })
  const count = told().length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told().length).toBe(count)
})

test('a new reader gets the state of every active job', async () => {
  feed.started(addJob('a', { bytes: 10 }))
  addJob('b', { status: 'queued' })
  addJob('c', { status: 'paused', bytes: 5 })
  addJob('d', { status: 'complete', bytes: 1000, finishedAt: 1 })
  const snapshot = await feed.source().snapshot?.()
  expect(snapshot?.cursor).toEqual(log.head)
  expect(snapshot?.events.map(({ event }) => event)).toEqual([
    'started',
    'progress',
    'queued',
    'started',
    'progress',
    'paused',
  ])
})

test('a reset has the jobs that are active, and those that ended a moment ago', async () => {
  addJob('a', { bytes: 10 })
  addJob('b', { status: 'complete', finishedAt: Date.now() - 60_000 })
  addJob('c', { status: 'complete', finishedAt: Date.now() - 86_400_000 })
  const reset = await feed.source().reset?.('trimmed')
  const data = JSON.parse(reset?.data ?? '')
  expect(data.reason).toBe('trimmed')
  expect(data.downloads.map((each: { download_id: string }) => each.download_id)).toEqual([
    'a',
    'b',
  ])
})

test('narrowed to one job it ends with it, also when it had ended before', async () => {
  const job = addJob('a')
  addJob('b')
  const source = feed.source(() => job)
  expect(source.filter?.('a')).toBe(true)
  expect(source.filter?.('b')).toBe(false)
  expect(source.finished?.()).toBe(false)
  job.fail({ code: 'gone', message: 'It is gone.', hint: null })
  feed.changed(job)
  expect(source.finished?.()).toBe(true)
  const snapshot = await source.snapshot?.()
  expect(snapshot?.events.map(({ event }) => event)).toEqual(['started', 'progress', 'error'])
  expect(JSON.parse(snapshot?.events[2]?.data ?? '')).toMatchObject({ code: 'gone', bytes: 0 })
})

test('a narrowed stream is not finished before the last event was told, though the job has ended', () => {
  const job = addJob('a')
  feed.started(job)
  const { finished } = feed.source(() => job)
  job.enter('complete')
  expect(finished?.()).toBe(false)
  feed.changed(job)
  expect(finished?.()).toBe(true)
  const earlier = addJob('b', { status: 'complete' })
  expect(feed.source(() => earlier).finished?.()).toBe(true)
})

test('a job that is paused and resumed all the time says no more than others', async () => {
  const job = addJob('a')
  for (let step = 1; step <= 100; step++) {
    if (job.status === 'paused')
      for (const next of ['queued', 'resolving', 'downloading'] as const) job.enter(next)
    feed.started(job)
    job.bytes = step
    job.onRecord = step
    feed.advanced(job)
    job.enter('paused')
    feed.changed(job)
    await vi.advanceTimersByTimeAsync(10)
  }
  const events = told()
  expect(events.filter(({ event }) => event === 'progress').length).toBeLessThanOrEqual(10)
  expect(events.at(-1)).toMatchObject({ event: 'paused', data: { bytes: 100 } })
})

test('a job that has ended is not said to be queued, though its place changed just before', () => {
  const job = addJob('a', { status: 'queued' })
  feed.queued(job, 1)
  job.enter('cancelled')
  feed.changed(job)
  feed.queued(job, null)
  expect(told().map(({ event }) => event)).toEqual(['queued', 'cancelled'])
})
