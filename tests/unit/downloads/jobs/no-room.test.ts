import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, expect, test, vi } from 'vitest'
import { JobList } from '@/lib/downloads/jobs/job-list'
import { JobStore } from '@/lib/downloads/jobs/job-store'
import { openDatabase } from '@/lib/platform/db/open'
import { ggufContent } from '../../../support/hub/gguf'
import { until } from '../../../support/until'
import { type EngineHarness, engineHarness } from './engine-harness'
import { sampleJob } from './sample-job'

const MIB = 1024 * 1024
const PART = 'models/hf/acme/tiny/x-Q8_0.gguf.part'
vi.setConfig({ testTimeout: 60_000 })

let h: EngineHarness
afterEach(() => h.close())

/** A download that has some of its bytes, and is in no hurry. */
async function begun() {
  h = await engineHarness({ bytesPerSecond: 6 * MIB, timeouts: { giveUpMs: 100 } })
  h.hub.add('acme/tiny', { 'x-Q8_0.gguf': ggufContent({ size: 16 * MIB }) })
  const job = await h.downloads.start('hf:acme/tiny', null)
  await until(() => job.bytes > MIB, 'the first bytes')
  return job
}

/** Lets it fail. */
function cut(): void {
  h.hub.faults.status = { code: 500 }
  h.hub.faults.reset = { afterBytes: 0 }
}

async function failed() {
  const job = await begun()
  cut()
  await h.reaches(job, 'failed')
  delete h.hub.faults.status
  delete h.hub.faults.reset
  h.downloads.limiter.setRate(null)
  return job
}

test.each([
  ['', false],
  [', also when it is of another version', true],
])('what is there of a download needs no room again%s', async (_name, changes) => {
  let free = 1024 * MIB
  h = await engineHarness({ bytesPerSecond: 6 * MIB, measureFree: async () => free })
  h.hub.add('acme/tiny', { 'x-Q8_0.gguf': ggufContent({ size: 16 * MIB }) })
  const job = await h.downloads.start('hf:acme/tiny', null)
  await until(() => job.bytes > 4 * MIB)
  await h.downloads.pause(job.id)
  // Beside the reserve there is room for the rest, not for the whole.
  free = (64 + 13) * MIB
  h.downloads.limiter.setRate(null)
  const other = ggufContent({ size: 16 * MIB, seed: 'other' })
  if (changes) h.hub.replace('acme/tiny', 'x-Q8_0.gguf', other)
  await h.downloads.resume(job.id)
  await until(() => job.status === 'complete' || job.status === 'failed')
  expect(job.problem).toBeNull()
})

test('a failed download that can not be noted as queued stays failed, and can be tried again', async () => {
  const job = await failed()
  await h.refuseRows(true)
  await expect(h.downloads.retry(job.id)).rejects.toThrow()
  expect(job).toMatchObject({ status: 'failed', problem: { code: 'hub_unreachable' } })
  await h.refuseRows(false)
  await h.downloads.retry(job.id)
  await h.reaches(job, 'complete')
})

test('forgetting a failed download gives its room back before its row is gone', async () => {
  const job = await failed()
  expect(existsSync(join(h.dataDir, PART))).toBe(true)
  await h.refuseRows(true)
  await expect(h.downloads.cancel(job.id)).rejects.toThrow()
  expect(existsSync(join(h.dataDir, PART))).toBe(false)
  await h.refuseRows(false)
})

test('who follows a download learns its end though that can not be noted', async () => {
  const job = await begun()
  await h.refuseRows(true)
  cut()
  await until(() => h.events(job).some(({ event }) => event === 'error'), 'the error', 20_000)
  await h.refuseRows(false)
})

test('a full database is a full disk, and what could not be added is not there', async () => {
  h = await engineHarness()
  const db = await openDatabase(join(h.dataDir, 'other'))
  const list = new JobList(new JobStore(db))
  await sql`PRAGMA max_page_count = 1`.execute(db)
  h.hub.add('acme/tiny', { 'x-Q8_0.gguf': ggufContent({ size: MIB }) })
  const job = await h.downloads.start('hf:acme/tiny', null)
  const large = sampleJob({ modelRef: 'x'.repeat(1_000_000) })
  await expect(list.save(large)).rejects.toMatchObject({ code: 'disk_full', status: 507 })
  expect([...list.jobs()]).toEqual([])
  await db.destroy()
  await h.reaches(job, 'complete')
})

test('a hub that fails is asked again when it says, also before anything is known of the model', async () => {
  h = await engineHarness({ timeouts: { giveUpMs: 20_000 } })
  h.hub.add('acme/tiny', { 'x-Q8_0.gguf': ggufContent({ size: MIB }) })
  h.hub.faults.status = { code: 503, at: 'hub', retryAfter: { seconds: 2, as: 'date' }, times: 1 }
  const from = performance.now()
  const job = await h.downloads.start('hf:acme/tiny', null)
  await h.reaches(job, 'complete')
  expect(performance.now() - from).toBeGreaterThan(900)
  h.hub.faults.status = { code: 500, at: 'hub', times: 8 }
  h.hub.add('acme/other', { 'x-Q8_0.gguf': ggufContent({ size: MIB, seed: 'other' }) })
  const other = await h.downloads.start('hf:acme/other', null)
  await h.reaches(other, 'complete')
})

test('a hub that fails for long ends a download, also when nothing is known of the model', async () => {
  h = await engineHarness({ timeouts: { giveUpMs: 300 } })
  h.hub.add('acme/tiny', { 'x-Q8_0.gguf': ggufContent({ size: MIB }) })
  h.hub.faults.status = { code: 500, at: 'hub' }
  const job = await h.downloads.start('hf:acme/tiny', null)
  await h.reaches(job, 'failed')
  expect(job.problem).toMatchObject({ code: 'hub_error' })
})
