// Builds the workers and the Next.js app. `--worker` builds only the workers.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { completeStandalone } from './lib/standalone.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

// Inference is a process of its own, outside of Next's bundles: a native crash must end only it.
// Hashing is a thread of its own, so that it takes no time from requests.
const { metafile } = await build({
  entryPoints: {
    'llama-worker': 'lib/inference/local/worker/main.ts',
    'hash-worker': 'lib/downloads/hash/hash-worker.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.9',
  packages: 'external',
  metafile: true,
  sourcemap: true,
  logLevel: 'warning',
})

if (!process.argv.includes('--worker')) {
  const { status } = spawnSync(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (status !== 0) process.exit(status ?? 1)
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  completeStandalone(imports.map(({ path }) => path))
}
