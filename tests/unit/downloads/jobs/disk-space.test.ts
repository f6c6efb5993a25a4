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
    message: expect.stringContaining('0.06 GB are needed, 0.04 GB are free'),
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
