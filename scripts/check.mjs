// `npm run check`: format, lint and import directions, types, and what nobody uses.
import { checkNode, ensureInstalled, step, stepsTogether } from './lib/steps.mjs'

checkNode()
await ensureInstalled()
const bin = (name) => `node_modules/.bin/${name}`
// The compiler needs what this writes.
await step('Types of routes', bin('next'), ['typegen'])
await stepsTogether(
  ['Format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['Types', bin('tsc'), ['--noEmit', '--project', '.']],
  ['Unused code', bin('knip'), []],
)
