// `npm run check`: format, lint and import directions, types, and what nobody uses.
import { checkNode, ensureInstalled, step } from './lib/steps.mjs'

checkNode()
await ensureInstalled()
const bin = (name) => `node_modules/.bin/${name}`
await step('Format and lint', bin('biome'), ['check', '--error-on-warnings', '.'])
await step('Types', bin('next'), ['typegen'])
await step('Types of everything', bin('tsc'), ['--noEmit', '--project', '.'])
await step('Unused code', bin('knip'), [])
