import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DownloadManager } from '@/lib/downloads/jobs/download-manager'
import { DownloadStarter } from '@/lib/downloads/jobs/download-starter'
import { DownloadStats } from '@/lib/downloads/jobs/download-stats'
import { FileLocks } from '@/lib/downloads/jobs/file-locks'
import { isFinal, type Job, TRANSITIONS } from '@/lib/downloads/jobs/job'
import { JobList, MAX_QUEUED } from '@/lib/downloads/jobs/job-list'
import { JobRecorder } from '@/lib/downloads/jobs/job-recorder'
import { JobScheduler } from '@/lib/downloads/jobs/job-scheduler'
import { Orphans } from '@/lib/downloads/jobs/partials'
import { ProgressFeed } from '@/lib/downloads/jobs/progress-feed'
import type { DownloadStatus } from '@/lib/downloads/schemas'
import { RateLimiter } from '@/lib/downloads/transfer/rate-limiter'
import { parseReference } from '@/lib/hub/reference'
import { AppError } from '@/lib/platform/errors'
import { MemoryLog } from '@/lib/sse'

vi.mock('@/lib/hub/reference', async (original) => {
  const actual = await original<typeof import('@/lib/hub/reference')>()
  return { ...actual, parseReference: vi.fn(actual.parseReference) }
})

const CONCURRENCY = 2
const gone = new AppError('It is gone.', { code: 'gone', status: 404 })

/** A job that runs, and how it is made to go on. */
type Running = { job: Job; end: (error?: Error) => void }

/** All of jobs but the hub, the network and the disk: tests say how each run goes on. */
function setUp(autoFail = false) {
  const log = new MemoryLog({ maxEntries: 1e6, maxBytes: 1e9, maxAgeMs: 1e9 })
  const rows = { list: async () => [], save: async () => undefined, remove: async () => undefined }
  const list = new JobList(rows)
  const feed = new ProgressFeed(log, list)
  const errors: unknown[] = []
  const jobLog = { error: (detail: object) => 'err' in detail && errors.push(detail.err) }
  const recorder = new JobRecorder(list, feed, jobLog)
  const running: Running[] = []
  const active = new Set<Job>()
  const run = async (job: Job, _first: unknown, signal: AbortSignal) => {
    if (autoFail) throw gone
    if (active.has(job)) errors.push(new Error('A job runs twice at once.'))
    active.add(job)
    await recorder.enter(job, 'downloading')
    recorder.started(job)
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      if (signal.aborted) reject(signal.reason)
      running.push({ job, end: (error) => (error ? reject(error) : resolve()) })
    }).finally(async () => {
      running.splice(
        running.findIndex((each) => each.job === job),
        1,
      )
      // What has arrived is written before it ends.
      for (let turns = 20; signal.aborted && turns > 0; turns -= 1) await undefined
      active.delete(job)
    })
  }
  const runner = { run, isInstalling: () => false }
  const scheduler = new JobScheduler({
    ...{ list, feed, runner, log: jobLog },
    concurrency: CONCURRENCY,
  })
  const resolve = async () => {
    throw gone
  }
  const limiter = new RateLimiter(null)
  const manager = new DownloadManager({
    ...{ list, scheduler, feed, limiter, log: jobLog },
    starter: new DownloadStarter(list, scheduler, resolve),
    orphans: new Orphans('/nowhere', new FileLocks(), () => false),
    stats: new DownloadStats({ list, feed, limiter, log }),
    hasher: { close: async () => undefined },
    recorded: async () => 0,
  })
  return { manager, list, running, errors, log }
}

type Parts = ReturnType<typeof setUp>

/** What was told of each job, in its order. */
function told({ log }: Parts): { event: string; id: string }[] {
  const result = log.read({ epoch: log.epoch, seq: 0 }, 1e9)
  if (result.kind !== 'entries') throw new Error('The log was cut.')
  return result.entries.map(({ bytes, key = '' }) => ({
    event: /^event: (.*)$/m.exec(Buffer.from(bytes).toString())?.[1] ?? '',
    id: key,
  }))
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const action = fc.record({
  kind: fc.constantFrom('start', 'pause', 'resume', 'retry', 'cancel', 'up', 'down', 'end', 'fail'),
  job: fc.nat(5),
  /** Whether the next action waits for this one. */
  awaited: fc.boolean(),
})
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

async function act({ manager, running }: Parts, { kind, job }: Action): Promise<void> {
  const jobs = manager.all()
  const { id = 'none' } = jobs[job % Math.max(1, jobs.length)] ?? {}
  if (kind === 'end' || kind === 'fail')
    return running[job % Math.max(1, running.length)]?.end(kind === 'fail' ? gone : undefined)
  if (kind === 'start') await manager.start(`hf:acme/m${job}`, null)
  else if (kind === 'up' || kind === 'down') await manager.move(id, kind)
  else await manager[kind](id)
}

test('whatever people do at whichever moment, the invariants of the queue hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const parts = setUp()
      const { manager, list, running, errors } = parts
      const statuses = new Map<string, DownloadStatus>()
      const check = () => {
        expect(running.length).toBeLessThanOrEqual(CONCURRENCY)
        const queue = list.queue()
        expect(queue.map((job) => list.place(job))).toEqual(queue.map((_, index) => index + 1))
        const waiting = manager.all().filter(({ status }) => status === 'queued')
        expect(new Set(queue)).toEqual(new Set(waiting))
        const positions = queue.map(({ position }) => position)
        expect(positions).toEqual(positions.toSorted((a, b) => a - b))
        for (const { id, status } of manager.all()) {
          // What was over stays over, unless somebody tried again what failed.
          const before = statuses.get(id)
          if (before && before !== 'failed' && isFinal(before)) expect(status).toBe(before)
          statuses.set(id, status)
        }
      }
      const refused: unknown[] = []
      for (const each of actions) {
        const done = act(parts, each).catch((error: unknown) => refused.push(error))
        if (each.awaited) await Promise.all([done, vi.advanceTimersByTimeAsync(0)])
        check()
      }
      await vi.advanceTimersByTimeAsync(5000)
      check()
      // Nobody waits while there is room, and nothing of what is over runs on.
      const busy = manager.all().filter((job) => job.isRunning)
      expect(new Set(running.map(({ job }) => job))).toEqual(new Set(busy))
      if (list.queue().length > 0) expect(busy).toHaveLength(CONCURRENCY)
      for (const error of refused) expect(error).toMatchObject({ name: 'AppError' })
      expect(errors.filter((error) => error !== gone)).toEqual([])
      for (const { id, status } of manager.all())
        if (isFinal(status) && TRANSITIONS[status].length === 0)
          expect(
            told(parts).filter((each) => each.id === id && each.event === status),
          ).toHaveLength(1)
      const closed = manager.close()
      await vi.advanceTimersByTimeAsync(0)
      await closed
      expect(vi.getTimerCount()).toBe(0)
    }),
    { numRuns: 200 },
  )
})

test('a thousand that fail say little more than that', async () => {
  const parts = setUp(true)
  const started = Array.from({ length: MAX_QUEUED }, (_, index) =>
    parts.manager.start(`hf:acme/m${index}`, null),
  )
  await vi.advanceTimersByTimeAsync(60_000)
  await Promise.all(started)
  const events = told(parts)
  expect(events.filter(({ event }) => event === 'error')).toHaveLength(MAX_QUEUED)
  // Each is told its place when it is added; then all of those left, a few times a second.
  expect(events.filter(({ event }) => event === 'queued').length).toBeLessThan(5 * MAX_QUEUED)
})

test('a queue that is full takes no more, and says what to do', async () => {
  const { manager, list } = setUp()
  for (let index = 0; index < MAX_QUEUED + CONCURRENCY; index++) {
    const started = manager.start(`hf:acme/m${index}`, null)
    await vi.advanceTimersByTimeAsync(0)
    await started
  }
  expect(list.queue()).toHaveLength(MAX_QUEUED)
  const refusal = { code: 'download_queue_full', status: 429, retryAfter: 60 }
  await expect(manager.start('hf:acme/more', null)).rejects.toMatchObject(refusal)
  const [first] = list.queue()
  await manager.pause(first?.id ?? '')
  await manager.start('hf:acme/more', null)
  await expect(manager.resume(first?.id ?? '')).rejects.toMatchObject(refusal)
  expect(first?.status).toBe('paused')
  await manager.close()
})

test('who follows one reference parses none for what is told of others', async () => {
  const { manager } = setUp()
  for (let index = 0; index < 50; index++) await manager.start(`hf:acme/m${index}`, null)
  const source = manager.progress({ modelRef: 'acme/m7' })
  const wanted = manager.all().find((job) => job.modelRef === 'hf:acme/m7')
  vi.mocked(parseReference).mockClear()
  for (const { id } of manager.all()) expect(source.filter?.(id)).toBe(id === wanted?.id)
  expect(source.finished?.()).toBe(false)
  expect(parseReference).not.toHaveBeenCalled()
  await manager.close()
})
