import { lstat, readdir, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { AppError } from '@/lib/platform/errors'
import { isGguf } from './file-names'
import type { ModelFile } from './types'

/** The folder under the data directory that holds every installed file. */
export const MODELS_FOLDER = 'models'

/**
 * Removes files under the models folder, and the folders that this leaves empty. What is not there is passed over.
 * @param paths relative to the data directory.
 * @returns the bytes that were freed.
 * @throws AppError 500 `cannot_delete`.
 */
export async function removeFiles(dataDir: string, paths: readonly string[]): Promise<number> {
  const root = resolve(dataDir, MODELS_FOLDER)
  let freed = 0
  for (const path of paths) {
    const file = resolve(dataDir, path)
    if (!file.startsWith(root + sep))
      throw new Error(`${file} is outside the models folder: it is not Runnel's to delete.`)
    const size = await fileSize(file)
    if (size !== null) await remove(file, path)
    freed += size ?? 0
    await removeEmptyFolders(size === null ? file : dirname(file), root)
  }
  return freed
}

async function remove(file: string, path: string): Promise<void> {
  try {
    await unlink(file)
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return
    if (!isCode(cause, 'EACCES', 'EPERM', 'EROFS', 'EBUSY')) throw cause
    throw new AppError(`The server may not delete ${path}.`, {
      code: 'cannot_delete',
      status: 500,
      hint: 'Let the server write to the folder that it is in, then try again.',
      cause,
    })
  }
}

/** Null when there is no such file. A folder of its name is none of ours: it stays, unless it is empty. */
async function fileSize(file: string): Promise<number | null> {
  try {
    const facts = await lstat(file)
    return facts.isDirectory() ? null : facts.size
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}

/** Removes `folder` and those above it, up to `root`, as far as they are empty. */
export async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let at = folder; relative(root, at) !== ''; at = dirname(at)) {
    try {
      await rmdir(at)
    } catch (error) {
      // Anything but an empty folder of ours stays: one with files, a link to a folder, the root of another disk.
      if (!isCode(error, 'ENOENT')) return
    }
  }
}

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

/**
 * The first file of a model that is not there, or null. A folder or a pipe of its name is not it.
 * @throws the file system's error when it can not tell.
 */
export async function firstMissing(
  files: readonly ModelFile[],
  dataDir: string,
): Promise<ModelFile | null> {
  for (const file of files) {
    try {
      if (!(await stat(resolve(dataDir, file.path))).isFile()) return file
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return file
      throw error
    }
  }
  return null
}
