import { readFile, statfs } from 'node:fs/promises'
import { availableParallelism, freemem, totalmem } from 'node:os'

/** Bytes of memory, as far as this process may use it. */
export type Memory = {
  total: number
  /** What could be used now without swapping; the system's own caches count as available. */
  available: number
  /** Whether the machine sets the limit, or a container does. */
  limitedBy: 'machine' | 'container'
}

/** Bytes of the disk that the data directory is on. */
export type Disk = { total: number; free: number }

export type Machine = { memory: Memory; disk: Disk; cpus: number }

type ReadText = (path: string) => Promise<string | null>

/** What this machine has, measured now. @param dataDir decides which disk. */
export async function measureMachine(dataDir: string): Promise<Machine> {
  const [memory, disk] = await Promise.all([measureMemory(), measureDisk(dataDir)])
  return { memory, disk, cpus: availableParallelism() }
}

/** Total and free space of the disk that holds `dataDir`, in bytes. */
export async function measureDisk(dataDir: string): Promise<Disk> {
  const { bsize, blocks, bavail } = await statfs(dataDir)
  return { total: bsize * blocks, free: bsize * bavail }
}

/** Total and available memory: the machine's, or the container's when that is less. */
export async function measureMemory(readText: ReadText = readIfThere): Promise<Memory> {
  const machine = await machineMemory(readText)
  const container = await containerMemory(readText)
  if (!container || container.total >= machine.total) return machine
  return { ...container, available: Math.min(container.available, machine.available) }
}

/** Memory as far as models may have it. @param limit bytes for all of them. @param held bytes that they have. */
export function limitMemory(memory: Memory, limit: number | undefined, held: number): Memory {
  if (limit === undefined) return memory
  const available = Math.max(0, Math.min(memory.available, limit - held))
  return { ...memory, total: Math.min(memory.total, limit), available }
}

async function machineMemory(readText: ReadText): Promise<Memory> {
  const info = await readText('/proc/meminfo')
  const kibibytes = (name: string) => numberAfter(info, `${name}:`)
  const total = kibibytes('MemTotal')
  const available = kibibytes('MemAvailable')
  if (total === null || available === null)
    return { total: totalmem(), available: freemem(), limitedBy: 'machine' }
  return { total: total * 1024, available: available * 1024, limitedBy: 'machine' }
}

/** The limit of the control group, version 2 or 1. File cache that can be dropped at once counts as available. */
async function containerMemory(readText: ReadText): Promise<Memory | null> {
  const read = async (newer: string, older: string) =>
    (await readText(`/sys/fs/cgroup/${newer}`)) ??
    (await readText(`/sys/fs/cgroup/memory/${older}`))
  const limit = Number(await read('memory.max', 'memory.limit_in_bytes'))
  const used = Number(await read('memory.current', 'memory.usage_in_bytes'))
  // Without a limit the file says `max` or is absent; the older kind says a number beyond any machine.
  if (!Number.isFinite(limit) || limit <= 0 || !Number.isFinite(used)) return null
  const cache = numberAfter(await read('memory.stat', 'memory.stat'), 'inactive_file') ?? 0
  const available = Math.max(0, Math.min(limit, limit - used + cache))
  return { total: limit, available, limitedBy: 'container' }
}

function numberAfter(text: string | null, word: string): number | null {
  const line = text?.split('\n').find((each) => each.startsWith(word))
  const digits = /\d+/.exec(line?.slice(word.length) ?? '')
  return digits ? Number(digits[0]) : null
}

/** Systems other than Linux, and containers without limits, have no such files. */
async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
