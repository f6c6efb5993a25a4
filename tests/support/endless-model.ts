import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestServer } from './server'

const root = fileURLToPath(new URL('../..', import.meta.url))

const WRITE = `
  import { writeRandomModel } from './bench/inference/random-model.mjs'
  const storyteller = 'models/storyteller/storyteller.gguf'
  const recital = process.argv[2] ? JSON.parse(process.argv[2]) : undefined
  writeRandomModel(process.argv[1], { parameters: 60e6, vocabulary: 32_000, storyteller, recital })
`

/** What a model says, whatever it is asked: these pieces, each a token, and then for ever those from number `again` on. */
export type Recital = { pieces: string[]; again?: number }

/**
 * Adds and loads a model of random weights, `endless`, called Random: it takes seconds to say nothing, and practically
 * never comes to an end by itself. So a test can be sure to find an answer in its middle, on any machine.
 */
export function addEndlessModel(server: TestServer): Promise<void> {
  return addModel(server, 'endless')
}

/** Adds and loads a model of that size, `reciting`, called Random too, whose weights are made so that it recites. */
export function addRecitingModel(server: TestServer, recital: Recital): Promise<void> {
  return addModel(server, 'reciting', recital)
}

async function addModel(server: TestServer, id: string, recital?: Recital): Promise<void> {
  await server.stop()
  const folder = join(server.dataDir, 'models')
  mkdirSync(folder, { recursive: true })
  const args = [join(folder, `${id}.gguf`), ...(recital ? [JSON.stringify(recital)] : [])]
  execFileSync(process.execPath, ['--input-type=module', '--eval', WRITE, ...args], { cwd: root })
  await server.start()
  await server.json(`/v1/models/${id}/load`, { method: 'POST' })
}
