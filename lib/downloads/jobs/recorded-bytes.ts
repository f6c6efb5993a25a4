import { readPartial } from '../transfer/partial'
import type { ResolvedDownload, ResolvedFile } from '../types'

/**
 * How many bytes of a job the journals know. A job that a crash cut off begins with these, so that
 * nobody who comes back sees fewer than before.
 * @param pathOf where a file is installed, absolute.
 */
export async function recordedBytes(
  resolved: ResolvedDownload,
  pathOf: (file: ResolvedFile) => string,
  bootId: string | null,
): Promise<number> {
  let bytes = 0
  for (const file of resolved.files) {
    const state = await readPartial(file, pathOf(file), bootId)
    for (const { start, end } of state?.written ?? []) bytes += end - start
  }
  return bytes
}
