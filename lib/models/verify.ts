import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { isAppError } from '@/lib/platform/errors'
import { readGgufFiles } from './gguf/reader'
import { isCode } from './model-files'
import type { verification, verifiedFile } from './schemas'
import type { InstalledModel, ModelFile } from './types'

const CHUNK_BYTES = 1024 * 1024

/**
 * Reads all files of a model again, compares their hashes with those that were published, and parses the header.
 * @throws the reason of `signal` when it aborts; the file system's error when a file that is there can't be read.
 */
export async function verifyModel(
  model: InstalledModel,
  dataDir: string,
  signal: AbortSignal,
): Promise<z.infer<typeof verification>> {
  const files: z.infer<typeof verifiedFile>[] = []
  for (const file of model.files) files.push(await verifyFile(file, dataDir, signal))
  const problem = problemOf(files) ?? (await headerProblem(model, dataDir))
  return { id: model.id, ok: problem === null, problem, files }
}

/** The files of a model that a verification found to be there, but not as they should be. */
export function damagedFiles(
  model: InstalledModel,
  { ok, files }: z.infer<typeof verification>,
): readonly string[] {
  const bad = files.filter(({ result }) => result === 'differs').map(({ path }) => path)
  if (ok || bad.length > 0 || files.some(({ result }) => result === 'missing')) return bad
  // Nobody published a hash, and a header can not be read: of which part, nobody knows.
  return model.files.filter(({ role }) => role === 'weights').map(({ path }) => path)
}

async function verifyFile(
  file: ModelFile,
  dataDir: string,
  signal: AbortSignal,
): Promise<z.infer<typeof verifiedFile>> {
  const { path, sha256: expected } = file
  const actual = await hashFile(resolve(dataDir, path), signal)
  if (actual === null) return { path, result: 'missing', expected, actual }
  if (expected === null) return { path, result: 'nothing_to_compare', expected, actual }
  return { path, result: actual === expected ? 'matches' : 'differs', expected, actual }
}

/** SHA-256 in lower-case hex, or null when there is no such file. */
async function hashFile(path: string, signal: AbortSignal): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal }))
      hash.update(chunk)
  } catch (error) {
    signal.throwIfAborted()
    // A folder of this name is not the file.
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null
    throw error
  }
  return hash.digest('hex')
}

function problemOf(files: readonly z.infer<typeof verifiedFile>[]): string | null {
  const bad = files.find(({ result }) => result === 'missing' || result === 'differs')
  if (!bad) return null
  return bad.result === 'missing'
    ? `${bad.path} is not there.`
    : `The content of ${bad.path} is not what was published.`
}

async function headerProblem(model: InstalledModel, dataDir: string): Promise<string | null> {
  const weights = model.files.filter((file) => file.role === 'weights')
  try {
    await readGgufFiles(weights.map((file) => resolve(dataDir, file.path)))
    return null
  } catch (error) {
    if (isAppError(error)) return error.message
    // Somebody has deleted the model since its files were read.
    if (isCode(error, 'ENOENT')) return `A file of ${model.id} is not there.`
    throw error
  }
}
