import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const PROGRAM = `
  import { spawnSync } from 'node:child_process'
  import { createLogger } from '@/lib/platform/logger'
  const logger = createLogger({ logLevel: 'info', logFormat: 'json' })
  // A child that inherits stderr makes it block, for both.
  spawnSync(process.execPath, ['--version'], { stdio: ['ignore', 'ignore', 'inherit'] })
  for (let line = 0; line < 1000; line++) logger.info('x'.repeat(2000))
  process.stdout.write('done', () => process.exit())
`

test('a stderr that nobody reads stops no program, though a child has made it block', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runnel-stderr-'))
  const outfile = join(folder, 'program.cjs')
  await build({
    stdin: { contents: PROGRAM, resolveDir: process.cwd(), loader: 'ts' },
    alias: { '@': process.cwd() },
    bundle: true,
    platform: 'node',
    outfile,
  })
  const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr.pause()
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  await new Promise((resolve) => child.once('exit', resolve))
  expect(printed).toBe('done')
  rmSync(folder, { recursive: true })
})
