import { expect, test } from 'vitest'
import { createDiscard } from '@/lib/downloads/jobs/discard'
import { TargetLock } from '@/lib/downloads/jobs/target-lock'
import { sampleJob } from './sample-job'

const file = {
  url: '',
  path: 'a.gguf',
  size: 1,
  sha256: null,
  etag: null,
  role: 'weights',
} as const
const job = sampleJob({
  status: 'cancelled',
  resolved: {
    target: 'acme/a',
    modelId: 'acme/a',
    revision: 'main',
    quantization: null,
    licence: null,
    files: [file],
    hub: true,
  },
})

function setUp() {
  const targets = new TargetLock()
  const claimed = new Set<string>()
  const deleted: string[] = []
  const discard = createDiscard({
    targets,
    list: { claims: (path) => claimed.has(path) },
    installer: {
      discard: async (files) => {
        deleted.push(...files.map(({ path }) => path))
      },
    },
    log: { error: () => undefined },
  })
  return { targets, claimed, deleted, discard }
}

test('what was downloaded is deleted when nobody works on it any more', async () => {
  const { targets, deleted, discard } = setUp()
  const release = await targets.acquire(job.target, new AbortController().signal)
  const done = discard(job)
  await new Promise((resolve) => setImmediate(resolve))
  expect(deleted).toEqual([])
  release()
  await done
  expect(deleted).toEqual(['a.gguf'])
})

test('what another job goes on with is kept', async () => {
  const { claimed, deleted, discard } = setUp()
  claimed.add('a.gguf')
  await discard(job)
  expect(deleted).toEqual([])
})
