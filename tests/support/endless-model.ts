import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestServer } from './server'

const root = fileURLToPath(new URL('../..', import.meta.url))

const WRITE = `
  import { writeRandomModel } from './bench/inference/random-model.mjs'
  const storyteller = 'models/storyteller/storyteller.gguf'
  const [file, shape] = process.argv.slice(1)
  writeRandomModel(file, { storyteller, ...JSON.parse(shape) })
`

type Shape = { parameters: number; vocabulary: number; recital?: Recital }

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

/** Writes a model that is small enough to be quick, and says `<on><and><on>…` until its context of 4,096 tokens is full. */
export function writeEndlessModel(file: string): void {
  const recital = { pieces: ['<on>', '<and>'], again: 0 }
  writeModel(file, { parameters: 5e6, vocabulary: 2048, recital })
}

function writeModel(file: string, shape: Shape): void {
  const args = ['--input-type=module', '--eval', WRITE, file, JSON.stringify(shape)]
  execFileSync(process.execPath, args, { cwd: root })
}

async function addModel(server: TestServer, id: string, recital?: Recital): Promise<void> {
  await server.stop()
  const folder = join(server.dataDir, 'models')
  mkdirSync(folder, { recursive: true })
  writeModel(join(folder, `${id}.gguf`), { parameters: 60e6, vocabulary: 32_000, recital })
  await server.start()
  await server.json(`/v1/models/${id}/load`, { method: 'POST' })
}
