// What a queue of references that all fail does to a built server: how long it answers nobody, and how long it takes.
// node bench/downloads/queue.mjs [1000]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'

// Two folders deep, as the sources are: the server is looked for from there.
const outfile = join(import.meta.dirname, '../../dist/bench/queue.mjs')
await build({
  entryPoints: [join(import.meta.dirname, 'queue.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
})
const { status } = spawnSync(process.execPath, [outfile, process.argv[2] ?? '1000'], {
  stdio: 'inherit',
})
process.exitCode = status ?? 1
