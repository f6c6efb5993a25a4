import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeViolations } from '@/tests/support/axe'
import { signedIn, startBrowser } from '@/tests/support/browser'
import { startServer, type TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'

/** Every page, with the letter that leads to it after a g. */
const PAGES = [
  ['m', 'Models', '/models'],
  ['c', 'Chat', '/chat'],
  ['k', 'Keys', '/keys'],
  ['p', 'People', '/people'],
  ['a', 'Activity', '/activity'],
  ['d', 'API', '/docs'],
  ['u', 'Account', '/account'],
  ['o', 'Overview', '/'],
] as const

let browser: Browser
let server: TestServer
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await startBrowser()
  server = await startServer()
  ;({ page, complaints } = await signedIn(browser, server))
  await page.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
})

type Box = { x: number; y: number; width: number; height: number }

const at = (path: string) => until(() => new URL(page.url()).pathname === path, path)
const palette = () => page.getByRole('dialog', { name: 'Commands' })
const isDark = () => page.evaluate(() => document.documentElement.classList.contains('dark'))
const focused = () =>
  page.evaluate(() => {
    const { activeElement } = document
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim()
  })

async function type(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

describe('by keyboard alone', () => {
  it.each(PAGES)('g and %s lead to %s', async (letter, _name, path) => {
    // The chat begins in the field for the message.
    await type('Escape', 'g', letter)
    await at(path)
  })

  it.each(PAGES)('the palette leads to the page of %s: %s', async (_letter, name, path) => {
    await type('Control+k')
    await palette().waitFor()
    await page.keyboard.type(name)
    await type('Enter')
    await at(path)
    await palette().waitFor({ state: 'detached' })
  })

  it('starts a chat, searches the hub and changes the theme from the palette', async () => {
    await type('/')
    await palette().getByRole('combobox').fill('zebra')
    await page.getByText('Search the hub for “zebra”').waitFor()
    await type('Enter')
    await until(() => page.url().endsWith('/models?q=zebra'), 'the search')
    const before = await isDark()
    await type('Control+k')
    await palette().getByRole('combobox').fill('theme')
    await type('Enter')
    await until(async () => (await isDark()) !== before, 'the other theme')
    await type('t')
    await until(async () => (await isDark()) === before, 'the theme before')
    await type('Control+k')
    await palette().getByRole('combobox').fill('start a chat')
    await type('Enter')
    await at('/chat')
  })

  it('takes along what is typed before the palette is there, and does nothing else with it', async () => {
    await page.goto('/models')
    await page.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
    let arrive = () => {}
    const gate = new Promise<void>((resolve) => {
      arrive = resolve
    })
    await page.route('**/_next/static/**/*.js', async (route) => {
      await gate
      await route.continue()
    })
    await type('Control+k', 'g', 'k', 'x', 'Backspace', '?')
    arrive()
    const field = palette().getByRole('combobox')
    await until(async () => (await field.inputValue()) === 'gk?', 'what was typed')
    await page.unroute('**/_next/static/**/*.js')
    expect(new URL(page.url()).pathname).toBe('/models')
    await type('Escape')
    await palette().waitFor({ state: 'detached' })
  })

  it('lists the shortcuts under ?, lets them be switched off, and is accessible', async () => {
    await type('Escape', 'g', 'k')
    await at('/keys')
    await type('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.getByText('Start a chat').waitFor()
    expect(await axeViolations(page)).toEqual([])
    const single = help.getByRole('checkbox', { name: /single keys/ })
    await single.uncheck()
    await type('Escape')
    await help.waitFor({ state: 'detached' })
    await type('g', 'm', 'Control+k')
    await palette().waitFor()
    expect(new URL(page.url()).pathname).toBe('/keys')
    await palette().getByRole('combobox').fill('shortcuts')
    await type('Enter')
    await single.check()
    await type('Escape')
  })

  it('names the shortcut of the palette as the keyboard has it', async () => {
    const opener = page.getByRole('button', { name: 'Search the hub…' })
    await opener.getByText('Ctrl K').waitFor()
    const mac = await browser.newContext({
      baseURL: server.url,
      storageState: await page.context().storageState(),
      userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)',
    })
    const other = await mac.newPage()
    await other.goto('/keys')
    await other.getByText('⌘K', { exact: true }).waitFor()
    await mac.close()
  })

  it('types letters into fields and nowhere else', async () => {
    await type('g', 'm')
    await at('/models')
    await page.getByRole('searchbox').focus()
    await page.keyboard.type('gk?')
    expect(await page.getByRole('searchbox').inputValue()).toBe('gk?')
    expect(new URL(page.url()).pathname).toBe('/models')
  })

  it('walks a menu with the arrows, and gives the focus back', async () => {
    await page.goto('/models')
    const more = page.getByRole('button', { name: 'Options for “Storyteller”' })
    await more.waitFor()
    await page.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
    await more.focus()
    await type('ArrowDown')
    const menu = page.getByRole('menu', { name: 'Options for “Storyteller”' })
    await menu.waitFor()
    await until(async () => (await focused()) === 'Details', 'the first item')
    expect(await axeViolations(page)).toEqual([])
    await type('c')
    expect(await focused()).toBe('Copy reference')
    await type('Escape')
    await menu.waitFor({ state: 'hidden' })
    expect(await focused()).toBe('Options for “Storyteller”')
    await type('Enter')
    await until(async () => (await focused()) === 'Details', 'the first item')
    await type('Enter')
    const dialog = page.getByRole('dialog', { name: 'Storyteller' })
    await dialog.getByText('Architecture').waitFor()
    expect(await axeViolations(page)).toEqual([])
    // What it is about came after it: the way out is not where one begins.
    await type('Tab')
    expect(await dialog.getByLabel('Tags').evaluate((it) => it === document.activeElement)).toBe(
      true,
    )
    await type('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await focused()).toBe('Options for “Storyteller”')
  })

  it('keeps a menu beside its button, on the side that has room', async () => {
    const more = page.getByRole('button', { name: 'Options for “Storyteller”' })
    await more.click()
    const menu = page.getByRole('menu', { name: 'Options for “Storyteller”' })
    // It glides a few pixels as it appears.
    const gaps = async (of: (button: Box, list: Box) => readonly number[]) => {
      const [button, list] = [await more.boundingBox(), await menu.boundingBox()]
      return button && list ? of(button, list).map(Math.round) : []
    }
    const below = (button: Box, list: Box) => [
      list.y - button.y - button.height,
      list.x + list.width - button.x - button.width,
    ]
    await until(async () => (await gaps(below)).join() === '4,0', 'its place below')
    await type('Escape')
    // Near the lower edge it opens upwards.
    await more.evaluate((it) => {
      it.style.cssText = 'position: fixed; bottom: 8px; left: 50%; z-index: 50'
    })
    await more.click()
    const above = (button: Box, list: Box) => [button.y - list.y - list.height]
    await until(async () => (await gaps(above)).join() === '4', 'its place above')
    await type('Escape')
    await more.evaluate((it) => it.removeAttribute('style'))
  })

  it('says something also when the server is gone, until it is dismissed', async () => {
    const messages = page.getByRole('region', { name: /^Messages/ })
    await page.getByRole('button', { name: 'Options for “Storyteller”' }).click()
    await messages.waitFor({ state: 'attached' })
    await page.context().setOffline(true)
    await page.getByRole('menuitem', { name: 'Copy reference' }).click()
    await messages.getByRole('listitem').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await messages.getByRole('button', { name: 'Dismiss' }).click()
    await messages.getByRole('listitem').waitFor({ state: 'detached' })
    await page.context().setOffline(false)
  })

  it('tells the name of a button of one icon when it is focused', async () => {
    await page.getByRole('link', { name: 'Chat with Storyteller' }).focus()
    await type('Tab')
    await page
      .locator('[popover=manual]:popover-open')
      .getByText('Options for “Storyteller”')
      .waitFor()
    await type('Escape')
  })

  it('shows where one is to people whose browser takes its own colours', async () => {
    await page.emulateMedia({ forcedColors: 'active' })
    await type('Control+k')
    const selected = palette().getByRole('option', { selected: true })
    const width = (it: Locator) => it.evaluate((element) => getComputedStyle(element).outlineWidth)
    expect(await width(selected)).toBe('2px')
    await type('Escape')
    expect(await width(page.locator('nav [aria-current=page]'))).toBe('2px')
    await page.emulateMedia({ forcedColors: 'none' })
  })

  it('had nothing to complain about in the console', () => {
    // The hub is not there.
    expect(
      complaints.filter((text) => !/status of 50|ERR_INTERNET_DISCONNECTED/.test(text)),
    ).toEqual([])
  })
})
