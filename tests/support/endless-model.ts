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

type Shape = { parameters: number; vocabulary: number; recital?: Recital; template?: string }

/** What a model says, whatever it is asked: these pieces, each a token, and then for ever those from number `again` on. */
export type Recital = { pieces: string[]; again?: number; control?: string[] }

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

/**
 * Writes a small model that says a text once, whatever it is asked. Its marks, such as `<think>`, are control tokens, but
 * `<|end|>` is only a part of one, because llama.cpp takes a token of that name for the end of an answer.
 */
export function writeRecitingModel(
  file: string,
  { text, template }: { text: string; template: string },
): void {
  const pieces = piecesOf(text)
  const control = pieces.filter((piece) => /^<[^<>\s]+>$/.test(piece))
  const recital = { pieces, control }
  writeModel(file, { parameters: 5e6, vocabulary: 4096, recital, template })
}

/** Where a text that is recited ends a piece. */
export const CUT = '\u0000'

/** Characters that no usual token has, and the pieces that other text is cut into. */
const UNUSUAL = 12
const PART = /[\s\S]{1,24}/g

/** A text in pieces of which no two are the same, and none is a usual token; marks are pieces of their own where they can. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  let piece = ''
  const parts = text
    .split(CUT)
    .flatMap((each) => each.split(/(<(?!\|end\|>)[^<>\s=]+>)/))
    .flatMap((part) => (part.startsWith('<') ? [part] : (part.match(PART) ?? [])))
  for (const part of parts) {
    piece += part
    const isMark = piece === part && part.startsWith('<')
    if ((!isMark && piece.length < UNUSUAL) || pieces.includes(piece)) continue
    pieces.push(piece)
    piece = ''
  }
  return piece === '' ? pieces : [...pieces.slice(0, -1), `${pieces.at(-1) ?? ''}${piece}`]
}

/** Writes a small model with the vocabulary of a file, and weights that mean nothing. */
export function writeVocabularyModel(file: string, vocabulary: string): void {
  const script = `
    import { writeVocabularyModel } from './bench/inference/random-model.mjs'
    writeVocabularyModel(...process.argv.slice(1))
  `
  const args = ['--input-type=module', '--eval', script, file, vocabulary]
  execFileSync(process.execPath, args, { cwd: root })
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
