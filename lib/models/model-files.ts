import { lstat, rmdir, unlink } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { AppError } from '@/lib/platform/errors'
import { isCode } from './find-files'

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
    const size = await sizeOf(file)
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
async function sizeOf(file: string): Promise<number | null> {
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
