import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isCode } from './find-files'
import type { ModelFile } from './types'

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
