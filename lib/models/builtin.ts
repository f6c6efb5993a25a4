import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { NewModel } from './types'

const PATH = join('models', 'storyteller', 'storyteller.gguf')
const SHA256 = 'c9729d7547c3750196b259d5a0aeb4c1c3e96634cc77099ced71cbdc814f0b26'

/** The model that ships with Runnel. @param rootDir where Runnel's own files are. */
export async function storyteller(rootDir: string): Promise<NewModel> {
  const path = join(rootDir, PATH)
  const { size } = await stat(path)
  return {
    id: 'storyteller',
    ref: 'builtin:storyteller',
    revision: null,
    quantization: null,
    licence: 'mit',
    files: [{ path, size, sha256: SHA256, role: 'weights' }],
  }
}
