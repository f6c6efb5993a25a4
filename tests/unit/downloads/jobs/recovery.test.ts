import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { journalPath } from '@/lib/downloads/transfer/files'
import { ggufContent } from '../../../support/hub/gguf'
import { until } from '../../../support/until'
import { type EngineHarness, engineHarness } from './engine-harness'

const MIB = 1024 * 1024
const content = ggufContent({ size: 6 * MIB })
vi.setConfig({ testTimeout: 60_000 })

let h: EngineHarness
afterEach(() => h.close())

function add(name: string): string {
  h.hub.add(`acme/${name}`, { [`${name}.Q8_0.gguf`]: content })
  return `hf:acme/${name}`
}

test('a journal that can not be read fails its own job, and nothing else', async () => {
  h = await engineHarness({ bytesPerSecond: 2 * MIB })
  const job = await h.downloads.start(add('bad'), null)
  await until(() => job.bytes > 0)
  await h.downloads.pause(job.id)
  const journal = journalPath(join(h.dataDir, 'models/hf/acme/bad/bad.Q8_0.gguf'))
  await rm(journal)
  await mkdir(journal)
  await h.restart()
  h.downloads.limiter.setRate(null)
  await h.downloads.resume(job.id)
  const again = h.downloads.get(job.id)
  await h.reaches(again, 'failed')
  expect(again.problem).toMatchObject({
    code: 'cannot_read',
    hint: expect.stringContaining(journal),
  })
  const other = await h.downloads.start(add('good'), null)
  await h.reaches(other, 'complete')
  await rm(journal, { recursive: true })
  await h.downloads.retry(job.id)
  await h.reaches(again, 'complete')
})

test('bytes with the wrong hash are fetched again, and it is said that they are', async () => {
  h = await engineHarness()
  h.hub.faults.wrongBytes = {}
  const job = await h.downloads.start(add('tiny'), null)
  await h.reaches(job, 'complete')
  const statuses = h
    .events(job)
    .map(({ data }) => data.status)
    .filter((status, at, all) => status !== undefined && status !== all[at - 1])
  expect(statuses.join(' ')).toContain('downloading verifying downloading verifying')
  expect(h.hub.served('tiny.Q8_0.gguf')).toBe(2 * content.size)
  expect(h.errors).toEqual([])
})
