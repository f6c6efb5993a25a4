import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Journal } from '@/lib/downloads/transfer/journal'
import { PartWriter } from '@/lib/downloads/transfer/part-writer'
import { RangePlan } from '@/lib/downloads/transfer/range-plan'

let folder: string
let journal: Journal
/** What happened, in order; `…` where it was begun only. */
let steps: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runnel-part-'))
  const state = { identity: 'a', size: 9, written: [], synced: [], validator: null, sha256: null }
  journal = await Journal.open(join(folder, 'journal'), 'boot', state)
  steps = []
  for (const record of ['wrote', 'synced'] as const) {
    const real = journal[record].bind(journal)
    vi.spyOn(journal, record).mockImplementation((ranges) => step(record, () => real(ranges)))
  }
})
afterEach(async () => {
  await journal.close()
  await rm(folder, { recursive: true })
})

async function step(name: string, work: () => Promise<void> = async () => undefined) {
  steps.push(`${name}…`)
  await new Promise((resolve) => setTimeout(resolve, 2))
  await work()
  steps.push(name)
}

function writer() {
  const part = {
    write: () => step('write'),
    sync: () => step('sync'),
    truncate: () => step('truncate'),
    close: () => step('close'),
  }
  const hash = {
    advance: () => undefined,
    share: () => true,
    finish: async () => '',
    drop: () => undefined,
  }
  const plan = new RangePlan(9, [], 9)
  return new PartWriter({ part, journal, plan, hash }, (bytes) => steps.push(`shown ${bytes}`))
}

test('bytes are written, then on record, then shown', async () => {
  await writer().write(Buffer.alloc(5), 0)
  expect(steps).toEqual(['write…', 'write', 'wrote…', 'wrote', 'shown 5'])
})

test('bytes are on the disk before the journal says so, and once is enough', async () => {
  const writing = writer()
  await writing.write(Buffer.alloc(5), 0)
  steps = []
  await writing.checkpoint()
  await writing.checkpoint()
  expect(steps).toEqual(['sync…', 'sync', 'synced…', 'synced'])
  expect(journal.state.synced).toEqual([{ start: 0, end: 5 }])
})
