import { mkdir, writeFile } from 'node:fs/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { journalPath, openPartFile, partPath } from '@/lib/downloads/transfer/files'
import { encodeRecord, type JournalRecord } from '@/lib/downloads/transfer/journal-format'
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

test('what nothing could complete is begun again: a journal that has more than the file', async () => {
  const small = ggufContent({ size: MIB })
  h = await harness(small)
  const lines: JournalRecord[] = [
    { type: 'file', identity: small.sha256, size: small.size },
    { type: 'opened', boot: 'boot-1' },
    { type: 'written', ranges: [[0, 2 * MIB]] },
  ]
  await writeFile(journalPath(h.path), lines.map(encodeRecord).join(''))
  await writeFile(partPath(h.path), Buffer.alloc(2 * MIB))
  await expect(h.run()).resolves.toEqual({ size: small.size, sha256: small.sha256 })
})

test('a journal that can not be begun leaves no file open', async () => {
  let open = 0
  h = await harness(ggufContent({ size: MIB }), {
    openPart: async (path, fresh) => {
      const part = await openPartFile(path, fresh)
      open += 1
      const close = async () => {
        open -= 1
        await part.close()
      }
      return { ...part, close }
    },
  })
  await mkdir(`${journalPath(h.path)}.new`)
  await expect(h.run()).rejects.toMatchObject({ code: 'cannot_write' })
  expect(open).toBe(0)
})
