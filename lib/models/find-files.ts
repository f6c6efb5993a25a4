import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isGguf } from './file-names'

export type FoundFile = {
  /** Relative to the folder that the search is relative to, with slashes. */
  path: string
  /** Bytes. */
  size: number
}

/**
 * All GGUF files under `folder`, also through links to files. A folder that is not there has none.
 * @param unreadable is told what can't be looked at; the search goes on.
 */
export async function findGgufFiles(
  folder: string,
  base: string,
  unreadable: (path: string, error: unknown) => void,
): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) found.push(...(await findGgufFiles(path, base, unreadable)))
      else if (isGguf(entry.name)) found.push(...(await findFile(path, base, unreadable)))
    }
  } catch (error) {
    if (!isCode(error, 'ENOENT')) unreadable(folder, error)
  }
  return found
}

/** A file as it is found, through a link too; nothing when it is not there, or no file. */
export async function findFile(
  path: string,
  base: string,
  unreadable: (path: string, error: unknown) => void,
): Promise<FoundFile[]> {
  try {
    const facts = await stat(path)
    // Reading a pipe that somebody named like a model would never end.
    if (!facts.isFile()) return []
    return [{ path: relative(base, path).split(sep).join('/'), size: facts.size }]
  } catch (error) {
    unreadable(path, error)
    return []
  }
}

/** Whether an error of the file system has one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error && 'code' in error && codes.some((code) => Object.is(error.code, code))
  )
}
