// `npm run dev`: the app with hot reload; the workers are built anew when their sources change.
import { spawn, spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { checkNode, ensureInstalled, root } from './lib/steps.mjs'

checkNode()
await ensureInstalled()
const buildWorkers = () =>
  spawnSync(process.execPath, ['scripts/build.mjs', '--worker'], { cwd: root, stdio: 'inherit' })
buildWorkers()
let timer
for (const folder of ['lib/inference', 'lib/downloads/hash'])
  watch(join(root, folder), { recursive: process.platform !== 'linux' }, () => {
    clearTimeout(timer)
    timer = setTimeout(buildWorkers, 200)
  })
const child = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'dev'], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
