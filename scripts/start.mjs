// `npm start`: installs and builds what is missing, then serves until it is stopped.
import { endWithNpm, serve, whereToListen } from './lib/serve.mjs'
import { checkNode, ensureBuilt, ensureInstalled } from './lib/steps.mjs'

checkNode()
endWithNpm('start')
const where = await whereToListen('npm start')
await ensureInstalled()
await ensureBuilt()
serve('start', where, { NODE_ENV: 'production' }, (line) => !isBanner(line))

/** Next's own greeting repeats what Runnel's says better. */
function isBanner(line) {
  return /^\s*(▲|✓|- Local:|- Network:|- Environments:)/.test(line)
}
