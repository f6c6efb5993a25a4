import { appendFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterEach } from 'vitest'
import { openBrowsers } from './browser'

/** Characters of a page's accessibility tree: what people, and tests, can find on it. */
const TREE_LIMIT = 2000

// A failure that comes once in twenty runs can only be understood from what the pages showed then.
afterEach(async ({ task }) => {
  const file = process.env.RUNNEL_TEST_EVIDENCE
  if (task.result?.state !== 'fail' || !file) return
  for (const browser of openBrowsers)
    appendFileSync(file, `\nWhen "${task.name}" failed,\n${await whatIsShown(browser)}\n`)
})

async function whatIsShown(browser: Browser): Promise<string> {
  const pages = browser.contexts().flatMap((context) => context.pages())
  const trees = pages.map(async (page) => {
    const tree = await page
      .locator('body')
      .ariaSnapshot({ timeout: 5000 })
      .catch((error: unknown) => `Nothing: ${error}`)
    return `${page.url()} shows:\n${tree.slice(0, TREE_LIMIT)}`
  })
  return (await Promise.all(trees)).join('\n\n')
}
