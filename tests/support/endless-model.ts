import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestServer } from './server'

const root = fileURLToPath(new URL('../..', import.meta.url))

const WRITE = `
  import { writeRandomModel } from './bench/inference/random-model.mjs'
  const storyteller = 'models/storyteller/storyteller.gguf'
  writeRandomModel(process.argv[1], { parameters: 60e6, vocabulary: 32_000, storyteller })
`

/**
 * Adds and loads a model of random weights, `endless`, called Random: it takes seconds to say nothing, and practically
 * never comes to an end by itself. So a test can be sure to find an answer in its middle, on any machine.
 */
export async function addEndlessModel(server: TestServer): Promise<void> {
  await server.stop()
  const folder = join(server.dataDir, 'models')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'endless.gguf')
  execFileSync(process.execPath, ['--input-type=module', '--eval', WRITE, file], { cwd: root })
  await server.start()
  await server.json('/v1/models/endless/load', { method: 'POST' })
}
