import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { JobList } from '@/lib/downloads/jobs/job-list'
import { JobStore } from '@/lib/downloads/jobs/job-store'
import { openDatabase } from '@/lib/platform/db/open'
import { sampleJob } from './sample-job'

const job = sampleJob({ status: 'cancelled' })

test('a job that was removed does not come back when its last bytes are saved late', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runnel-list-'))
  const db = await openDatabase(folder)
  const store = new JobStore(db)
  const list = new JobList(store)
  await list.save(job)
  await list.remove(job)
  await list.save(job)
  expect([...list.jobs()]).toEqual([])
  expect(await store.list()).toEqual([])
  await db.destroy()
  await rm(folder, { recursive: true })
})
