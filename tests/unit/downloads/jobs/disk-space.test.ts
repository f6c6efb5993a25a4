import { expect, test } from 'vitest'
import { DiskSpace } from '@/lib/downloads/jobs/disk-space'

const MIB = 1024 * 1024
const MARGIN = 64 * MIB

test('promises space over all jobs, and refuses with the numbers', async () => {
  let free = MARGIN + 100 * MIB
  const disk = new DiskSpace('/', async () => free)
  let left = 60 * MIB
  await disk.reserve('a', () => left)
  await expect(disk.reserve('b', () => 60 * MIB)).rejects.toMatchObject({
    code: 'disk_full',
    status: 507,
    message:
      'The disk has no room for this: 62.9 MB are needed and 172 MB are free, but 67.1 MB of them must stay free for the database and 62.9 MB are promised to other downloads.',
  })
  // What a job has written is gone from the free space and from its promise.
  left -= 40 * MIB
  free -= 40 * MIB
  await disk.reserve('b', () => 40 * MIB)
  disk.release('a')
  await disk.reserve('b', () => 60 * MIB)
})

test('of two jobs that ask at the same moment one gets the last bytes', async () => {
  const disk = new DiskSpace('/', async () => MARGIN + 100 * MIB)
  const results = await Promise.allSettled([
    disk.reserve('a', () => 60 * MIB),
    disk.reserve('b', () => 60 * MIB),
  ])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected'])
})

test('says how little is needed and free, and what is kept back', async () => {
  const disk = new DiskSpace('/', async () => 40 * MIB + 17)
  await expect(disk.reserve('a', () => 4097)).rejects.toThrow(
    '4.1 kB are needed and 41.9 MB are free, but 67.1 MB of them must stay free for the database.',
  )
  const full = new DiskSpace('/', async () => 0)
  await expect(full.reserve('a', () => 12)).rejects.toThrow(
    '12 bytes are needed and 0 bytes are free',
  )
  // Who has all its bytes already needs no room for more.
  await full.reserve('a', () => 0)
})
