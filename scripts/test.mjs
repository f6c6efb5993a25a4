// `npm test`: installs what is missing, checks, builds, and runs every test. `unit`, `api` or `e2e` runs only those.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBrowser } from './lib/browser.mjs'
import { ensurePromtool } from './lib/promtool.mjs'
import { checkNode, ensureBuilt, ensureInstalled, root } from './lib/steps.mjs'

const PROJECTS = ['unit', 'api', 'e2e']
const asked = PROJECTS.filter((name) => process.argv.includes(name))
const rest = process.argv.slice(2).filter((word) => !PROJECTS.includes(word))
const projects = asked.length > 0 ? asked : PROJECTS

checkNode()
await ensureInstalled()
const env = { ...process.env, NODE_ENV: 'test' }
if (asked.length === 0 && rest.length === 0) await import('./check.mjs')
if (projects.includes('e2e')) {
  const browser = await ensureBrowser()
  if (browser) env.CHROMIUM_PATH = browser
}
if (projects.includes('api')) {
  const promtool = await ensurePromtool()
  if (promtool) env.PROMTOOL_PATH = promtool
}
// Unit tests of the engine run the real worker, so it is built for them too.
await ensureBuilt()

const report = join(root, 'test-results/report.json')
mkdirSync(join(root, 'test-results'), { recursive: true })
rmSync(report, { force: true })
// What pages showed when a test failed. It is printed last, or it would be lost in the middle of a long log.
const evidence = join(root, 'test-results/evidence.txt')
rmSync(evidence, { force: true })
env.RUNNEL_TEST_EVIDENCE = evidence
// All in one run: the browser and API tests wait a lot, and the others use what they leave of the machine.
const code = await run([
  'run',
  ...projects.flatMap((name) => ['--project', name]),
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...rest,
])
const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
if (existsSync(evidence)) console.log(readFileSync(evidence, 'utf8'))
for (const { assertionResults } of testResults)
  for (const { status, fullName, failureMessages } of assertionResults)
    if (status === 'failed') console.log(`✗ ${fullName}: ${failureMessages[0]?.split('\n')[0]}`)
// A file that does not load has no failed test, and still is a failure.
const failed = code === 0 ? 0 : Math.max(1, numFailedTests)
console.log(`\n${numPassedTests} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], {
      cwd: root,
      env,
      stdio: 'inherit',
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}
