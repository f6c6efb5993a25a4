// `npm run dev`: the app with hot reload; the workers are built anew when their sources change.
import { spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import { join } from 'node:path'
import { endWithNpm, serve, whereToListen } from './lib/serve.mjs'
import { checkNode, ensureInstalled, root } from './lib/steps.mjs'

checkNode()
endWithNpm('dev')
// Next's own choice is every address of the machine, which is for whoever asks for it.
const where = await whereToListen('npm run dev')
await ensureInstalled()
const buildWorkers = () =>
  spawnSync(process.execPath, ['scripts/build.mjs', '--worker'], { cwd: root, stdio: 'inherit' })
buildWorkers()
let timer
// All of it: what the workers import lies several folders deep, and some of it beside theirs.
watch(join(root, 'lib'), { recursive: true }, () => {
  clearTimeout(timer)
  timer = setTimeout(buildWorkers, 200)
})
serve('dev', where, { NODE_ENV: 'development' }, () => true)
