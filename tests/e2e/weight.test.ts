import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signedIn, startBrowser } from '@/tests/support/browser'
import { addRecitingModel } from '@/tests/support/endless-model'
import { startServer, type TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'

/** What the scripts of a page may weigh as they travel, compressed, in bytes. */
const BUDGET = 200_000
/** The same for a conversation that shows markup, code and formulas. */
const RICH_BUDGET = 300_000

let browser: Browser
let server: TestServer
let context: BrowserContext
/** Conversations: one of plain text, and one whose answer has markup, code and a formula. */
let plain: string
let rich: string

const MARKUP = ['# A fox\n\n', '- **red** and `quick`\n', '- [seen](https://example.org)\n\n']
const CODE = ['```ts\n', 'const fox = 1\n', '```\n\n']
const FORMULA = ['\\(a^2', ' + b^2\\)\n\n']

beforeAll(async () => {
  browser = await startBrowser()
  // Caches for more conversations at once would take seconds to be cleared.
  server = await startServer({ env: { RUNNEL_PARALLEL: '2' } })
  await addRecitingModel(server, { pieces: [...MARKUP, ...CODE, ...FORMULA] })
  let page: Page
  ;({ context, page } = await signedIn(browser, server))
  plain = await converse(page, 'storyteller', 'Storyteller')
  rich = await converse(page, 'reciting', 'Random')
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
})

/** Has a conversation; gives its address. */
async function converse(page: Page, model: string, name: string): Promise<string> {
  await page.goto(`/chat?model=${model}`)
  await page.getByPlaceholder(`Message ${name}…`).waitFor()
  await page.getByRole('button', { name: 'Count from one to ten.', exact: true }).click()
  await page.getByRole('button', { name: 'Regenerate' }).waitFor()
  return new URL(page.url()).pathname
}

/** Loads a page with an empty cache; gives the bytes of its scripts, as the browser's network log has them. */
async function weigh(path: string, signedOut: boolean): Promise<number> {
  const storageState = signedOut ? undefined : await context.storageState()
  const visitor = await browser.newContext({ baseURL: server.url, storageState })
  const page = await visitor.newPage()
  const sizes: Promise<number>[] = []
  let open = 0
  page.on('request', (request) => {
    if (request.resourceType() === 'script') open += 1
  })
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script') return
    open -= 1
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
  })
  await page.goto(path, { waitUntil: 'load' })
  if (!signedOut) await page.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
  if (path === rich) {
    await page.locator('figure code [style]').first().waitFor()
    await page.locator('.katex').first().waitFor()
  }
  await until(() => open === 0, 'the scripts')
  const bytes = await Promise.all(sizes)
  await visitor.close()
  return bytes.reduce((sum, size) => sum + size, 0)
}

test('no page weighs more than 200 kB of compressed scripts, and none with markup, code and formulas 300 kB', async () => {
  const guest = ['/sign-in', '/set-up', '/invite?token=none']
  const own = [
    '/',
    '/models',
    '/chat',
    plain,
    rich,
    '/keys',
    '/people',
    '/activity',
    '/docs',
    '/docs/postInfer',
    '/account',
  ]
  const weights: Record<string, number> = {}
  for (const path of guest) weights[path] = await weigh(path, true)
  for (const path of own) weights[path] = await weigh(path, false)
  console.info(weights)
  for (const [path, bytes] of Object.entries(weights)) {
    // Fewer would mean that the scripts were not seen.
    expect(bytes, path).toBeGreaterThan(100_000)
    expect(bytes, path).toBeLessThan(path === rich ? RICH_BUDGET : BUDGET)
  }
})
