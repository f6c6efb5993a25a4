// Builds the worker process and the Next.js app. `--worker` builds only the worker.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

// The worker is a process of its own, outside of Next's bundles: a native crash must end only it.
await build({
  entryPoints: { 'llama-worker': 'lib/inference/local/worker/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.9',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
})

if (!process.argv.includes('--worker')) {
  const { status } = spawnSync(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  process.exit(status ?? 1)
}
