// How long a cancel takes to answer while every connection stalls; needs a built server:
// node bench/downloads/cancel.mjs [20]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'

// Two folders deep, as the sources are: the server is looked for from there.
const outfile = join(import.meta.dirname, '../../dist/bench/cancel.mjs')
await build({
  entryPoints: [join(import.meta.dirname, 'cancel.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
})
const { status } = spawnSync(process.execPath, [outfile, process.argv[2] ?? '20'], {
  stdio: 'inherit',
})
process.exitCode = status ?? 1
