// Builds the workers and the Next.js app. `--worker` builds only the workers.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildLlamaWorker } from './lib/llama-worker.mjs'
import { completeStandalone } from './lib/standalone.mjs'
import { beginBuild } from './lib/steps.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const noteBuilt = beginBuild()

// Inference is a process of its own, outside of Next's bundles: a native crash must end only it.
await buildLlamaWorker()
// Hashing and searching are threads of their own, so that they take no time from requests.
await build({
  entryPoints: {
    'hash-worker': 'lib/downloads/hash/hash-worker.ts',
    'search-worker': 'lib/platform/db/search/search-worker.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
})

if (!process.argv.includes('--worker')) {
  const { status } = spawnSync(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (status !== 0) process.exit(status ?? 1)
  completeStandalone(['node-llama-cpp'])
  noteBuilt()
}
