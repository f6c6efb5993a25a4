// A browser for the end-to-end tests: the system's, or one that is installed now.
import { existsSync } from 'node:fs'
import { step } from './steps.mjs'

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const find = () => PLACES.find((path) => path && existsSync(path))

/** The path of a Chromium; undefined when playwright's own was installed and is found by playwright itself. */
export async function ensureBrowser() {
  const found = find()
  if (found) return found
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    await step('Installing Chromium', 'sh', [
      '-c',
      'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium',
    ])
    return find()
  }
  await step('Installing Chromium', process.execPath, [
    'node_modules/playwright-core/cli.js',
    'install',
    'chromium',
  ])
  return undefined
}
