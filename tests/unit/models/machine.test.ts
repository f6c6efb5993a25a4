import { describe, expect, it } from 'vitest'
import { measureMachine, measureMemory } from '@/lib/models/machine'

const MEMINFO = 'MemTotal:       16000 kB\nMemFree:         1000 kB\nMemAvailable:    8000 kB\n'

const measure = (files: Record<string, string>) =>
  measureMemory(async (path) => files[path] ?? null)

describe('memory', () => {
  it('is that of the machine without a container', async () => {
    expect(await measure({ '/proc/meminfo': MEMINFO })).toEqual({
      total: 16_000 * 1024,
      available: 8000 * 1024,
      limitedBy: 'machine',
    })
  })

  it('is that of the container when it has less, with its file cache as available', async () => {
    const files = {
      '/proc/meminfo': MEMINFO,
      '/sys/fs/cgroup/memory.max': '4096000\n',
      '/sys/fs/cgroup/memory.current': '3096000\n',
      '/sys/fs/cgroup/memory.stat': 'anon 1\nactive_file 5\ninactive_file 500000\n',
    }
    expect(await measure(files)).toEqual({
      total: 4_096_000,
      available: 1_500_000,
      limitedBy: 'container',
    })
  })

  it('is read from the older kind of control group too', async () => {
    const files = {
      '/proc/meminfo': MEMINFO,
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '4096000\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '96000\n',
    }
    expect(await measure(files)).toMatchObject({ total: 4_096_000, available: 4_000_000 })
  })

  it.each(['max\n', '9223372036854771712\n'])('has no limit when it says %j', async (limit) => {
    const files = { '/proc/meminfo': MEMINFO, '/sys/fs/cgroup/memory.max': limit }
    expect((await measure(files)).limitedBy).toBe('machine')
  })

  it('is that of the system where there is no such file', async () => {
    const { total, available } = await measure({})
    expect(available).toBeGreaterThan(0)
    expect(total).toBeGreaterThanOrEqual(available)
  })
})

it('measures this machine', async () => {
  const { disk, cpus } = await measureMachine(process.cwd())
  expect(disk.total).toBeGreaterThan(disk.free)
  expect(cpus).toBeGreaterThanOrEqual(1)
})
