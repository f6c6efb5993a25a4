// `npm run check`: format and lint, who imports whom, types, and what nobody uses.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkNode, ensureInstalled, root, step, stepsTogether } from './lib/steps.mjs'

checkNode()
await ensureInstalled()
const bin = (name) => `node_modules/.bin/${name}`
// Those that a development server left may be of other routes, or half written.
rmSync(join(root, '.next/dev/types'), { recursive: true, force: true })
// The compiler needs what this writes.
await step('Types of routes', bin('next'), ['typegen'])
await stepsTogether(
  ['Format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['Directions of imports', process.execPath, ['scripts/check-imports.mjs']],
  ['Types', bin('tsc'), ['--noEmit', '--project', '.']],
  ['Unused code', bin('knip'), []],
)
