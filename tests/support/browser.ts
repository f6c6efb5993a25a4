import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { TestServer } from './server'

export const ADMIN = {
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  password: 'correct horse battery',
}

/** The browsers of this test file that are not closed. */
export const openBrowsers = new Set<Browser>()

/** Starts Chromium. Close it when the tests are over. */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      // Machines that test have none as a rule, and to imitate one costs an eighth more of the processor.
      '--disable-gpu',
    ],
  })
  openBrowsers.add(browser)
  browser.on('disconnected', () => openBrowsers.delete(browser))
  return browser
}

/** Goes through the one-time link as the first person does; the context is signed in then. */
export async function setUpAdmin(page: Page, server: TestServer): Promise<void> {
  await page.goto(`${server.url}/set-up?token=${server.setUpToken}`)
  await page.getByLabel('Name').fill(ADMIN.name)
  await page.getByLabel('Email').fill(ADMIN.email)
  await page.getByLabel('Password').fill(ADMIN.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

/** A signed-in context on a fresh server, with everything that its pages complained about. */
export async function signedIn(
  browser: Browser,
  server: TestServer,
): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const context = await browser.newContext({ baseURL: server.url })
  // A machine that runs a whole suite is slow; nothing is measured by this.
  context.setDefaultTimeout(60_000)
  const complaints: string[] = []
  context.on('weberror', (error) => complaints.push(error.error().message))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  const page = await context.newPage()
  await setUpAdmin(page, server)
  return { context, page, complaints }
}
