// `npm run dev`: the app with hot reload; the worker is built anew when its sources change.
import { spawn, spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { checkNode, ensureInstalled, root } from './lib/steps.mjs'

checkNode()
await ensureInstalled()
const buildWorker = () =>
  spawnSync(process.execPath, ['scripts/build.mjs', '--worker'], { cwd: root, stdio: 'inherit' })
buildWorker()
let timer
watch(join(root, 'lib/inference'), { recursive: process.platform !== 'linux' }, () => {
  clearTimeout(timer)
  timer = setTimeout(buildWorker, 200)
})
const child = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'dev'], {
  cwd: root,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => process.exit(code ?? 1))
