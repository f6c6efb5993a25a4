import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Journal, readJournal } from '@/lib/downloads/transfer/journal'
import { decodeJournal, encodeRecord } from '@/lib/downloads/transfer/journal-format'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runnel-journal-'))
  path = join(folder, 'file.part.journal')
})
afterEach(() => rm(folder, { recursive: true }))

const fresh = {
  identity: 'abc',
  size: 100,
  written: [],
  synced: [],
  validator: null,
  sha256: null,
}

async function writeSome(): Promise<void> {
  const journal = await Journal.open(path, 'boot-1', fresh)
  await journal.validator('tag', 100)
  await journal.wrote([{ start: 0, end: 10 }])
  await journal.synced([{ start: 0, end: 10 }])
  await journal.wrote([{ start: 0, end: 30 }])
  await journal.close()
}

test('brings back what was written, while the system has not been started anew', async () => {
  await writeSome()
  expect(await readJournal(path, 'boot-1')).toEqual({
    ...fresh,
    validator: 'tag',
    written: [{ start: 0, end: 30 }],
    synced: [{ start: 0, end: 10 }],
  })
})

test('after a power cut only what was on the disk counts', async () => {
  await writeSome()
  expect((await readJournal(path, 'boot-2'))?.written).toEqual([{ start: 0, end: 10 }])
  expect((await readJournal(path, null))?.written).toEqual([{ start: 0, end: 10 }])
})

test('what an earlier run of the system had only in memory is not trusted by a later process either', async () => {
  await writeSome()
  const state = await readJournal(path, 'boot-2')
  if (!state) throw new Error('no state')
  await (await Journal.open(path, 'boot-2', state)).close()
  expect((await readJournal(path, 'boot-2'))?.written).toEqual([{ start: 0, end: 10 }])
})

test('learns the size with the validator, where nobody had published it', async () => {
  const journal = await Journal.open(path, 'boot-1', { ...fresh, size: null })
  await journal.validator('tag', null)
  expect(await readJournal(path, 'boot-1')).toMatchObject({ size: null, validator: 'tag' })
  await journal.validator('tag', 7)
  await journal.validator('tag', null)
  expect(await readJournal(path, 'boot-1')).toMatchObject({ size: 7, validator: 'tag' })
  expect(journal.state.size).toBe(7)
  await journal.close()
})

test('there is none', async () => {
  expect(await readJournal(path, 'boot-1')).toBeNull()
  await writeFile(path, '')
  expect(await readJournal(path, 'boot-1')).toBeNull()
})

test('torn at any byte it says something that was true before, or nothing', async () => {
  await writeSome()
  const { size } = await stat(path)
  const ends: number[] = []
  for (let length = size; length >= 0; length--) {
    await truncate(path, length)
    const state = await readJournal(path, 'boot-1')
    ends.push(state?.written[0]?.end ?? 0)
  }
  expect(ends[0]).toBe(30)
  expect(ends).toEqual(ends.toSorted((a, b) => b - a))
  expect(new Set(ends)).toEqual(new Set([30, 10, 0]))
})

describe('any damage', () => {
  test('never makes up bytes', async () => {
    await writeSome()
    const text = await readFile(path, 'latin1')
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), (at, byte) => {
        const damaged = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1)
        const end = decodeJournal(damaged, 'boot-1')?.written[0]?.end ?? 0
        expect([0, 10, 30]).toContain(end)
      }),
    )
  })
})

test('is written anew when it has grown, with its newest state', async () => {
  const journal = await Journal.open(path, 'boot-1', fresh)
  const many = Array.from({ length: 500 }, (_, index) => ({ start: index * 2, end: index * 2 + 1 }))
  const line = encodeRecord({ type: 'written', ranges: many.map((r) => [r.start, r.end]) }).length
  for (let bytes = 0; bytes < 2.5 * 1024 * 1024; bytes += line) await journal.wrote(many)
  await journal.synced(many.slice(0, 3))
  await journal.close()
  expect((await stat(path)).size).toBeLessThan(1.2 * 1024 * 1024)
  expect(await readJournal(path, 'boot-1')).toEqual({
    ...fresh,
    written: many,
    synced: many.slice(0, 3),
  })
})
