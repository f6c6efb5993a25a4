import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from '@/scripts/lib/steps.mjs'

const FOLDERS = ['models/templates', 'models']

/**
 * The folder of llama.cpp's source that travels inside node-llama-cpp as a bundle of git: `models/templates` has the
 * chat templates of 70 families, `models` real vocabularies with reference tokenizations.
 */
export function llamaSource(): string {
  const require = createRequire(import.meta.url)
  const home = join(dirname(require.resolve('node-llama-cpp')), '..')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const cache = join(root, 'node_modules/.cache/llama-source')
  const folder = join(cache, version)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'unpacking-'))
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: work, stdio: ['ignore', 'pipe', 'inherit'] })
  git('clone', '--quiet', '--bare', join(home, 'llama/gitRelease.bundle'), 'git')
  mkdirSync(join(work, 'tree'))
  git('--git-dir', 'git', '--work-tree', 'tree', 'checkout', '--force', 'HEAD', '--', ...FOLDERS)
  // Another test file may have been faster.
  if (!existsSync(folder)) renameSync(join(work, 'tree'), folder)
  rmSync(work, { recursive: true, force: true })
  return folder
}

/** The chat templates by the names of their files. */
export function llamaTemplates(): ReadonlyMap<string, string> {
  const folder = join(llamaSource(), 'models/templates')
  const files = readdirSync(folder).filter((name) => name.endsWith('.jinja'))
  return new Map(
    files.map((name) => [name.replace(/\.jinja$/, ''), readFileSync(join(folder, name), 'utf8')]),
  )
}

/** A vocabulary with texts and the tokens that llama.cpp's own tests expect of them. */
export type ReferenceVocabulary = {
  name: string
  file: string
  texts: { text: string; tokens: number[] }[]
}

/** Between two texts of a reference. */
const DIVIDER = '\n__ggml_vocab_test__\n'

/** The vocabularies that have references. */
export function vocabularies(): ReferenceVocabulary[] {
  const folder = join(llamaSource(), 'models')
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, `${name}.inp`)))
  return names.map((name) => {
    const file = join(folder, name)
    const lines = readFileSync(`${file}.out`, 'utf8').split('\n')
    const texts = readFileSync(`${file}.inp`, 'utf8').split(DIVIDER)
    return {
      name: name.replace(/^ggml-vocab-|\.gguf$/g, ''),
      file,
      texts: texts.map((text, at) => ({
        text,
        tokens: (lines[at] ?? '').split(' ').filter(Boolean).map(Number),
      })),
    }
  })
}
