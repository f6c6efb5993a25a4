// A browser for the end-to-end tests: the system's, or one that is installed now.
import { existsSync } from 'node:fs'
import { step, tryStep } from './steps.mjs'

/** The same Chromium without windows: its pages cost the processor half as much. Not the script in /usr/bin, which does not pass signals on. */
const SHELL = '/usr/lib/chromium/chromium-headless-shell'
const WHOLE = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const INSTALL_SHELL =
  'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-remove --no-install-recommends chromium-headless-shell'

/** The path of a Chromium; undefined when playwright's own was installed and is found by playwright itself. */
export async function ensureBrowser() {
  const asked = process.env.CHROMIUM_PATH
  if (asked) return asked
  if (existsSync(SHELL)) return SHELL
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    const installed = await tryStep('Installing Chromium', 'sh', ['-c', INSTALL_SHELL])
    if (installed && existsSync(SHELL)) return SHELL
  }
  const found = WHOLE.find((path) => existsSync(path))
  if (found) return found
  await step('Installing Chromium', process.execPath, [
    'node_modules/playwright-core/cli.js',
    'install',
    '--only-shell',
    'chromium',
  ])
  return undefined
}
