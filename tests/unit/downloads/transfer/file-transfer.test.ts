import { afterEach, expect, test, vi } from 'vitest'
import { ggufContent } from '../../../support/hub/gguf'
import { type Harness, harness, MIB } from './transfer-harness'

const content = ggufContent({ size: 24 * MIB + 77 })
// Real sockets and disks: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

let h: Harness
afterEach(() => h.close())

test('fetches a file over several connections with the right hash', async () => {
  h = await harness(content)
  const result = await h.run()
  expect(result).toEqual({ size: content.size, sha256: content.sha256 })
  expect(await h.hashOnDisk()).toBe(content.sha256)
  expect(h.seen.at(-1)).toBe(content.size)
  expect(h.hub.served(h.file.path)).toBe(content.size)
  expect(h.hub.requests.filter((r) => r.server === 'hub')).toHaveLength(1)
})
