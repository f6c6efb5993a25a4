import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolationsInBothThemes } from '@/tests/support/axe'
import { signedIn, startBrowser } from '@/tests/support/browser'
import { addRecitingModel } from '@/tests/support/endless-model'
import { startServer, type TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'

const BEGINNING = [
  '## A fox\n\n',
  '#### Of \\(a^2',
  '_b\\)\n\n',
  'Here is **the ',
  'code**:\n\n',
  '```ts\n',
]
const LINES = ['const fox', ' = "re', 'd" // a', ' kite\n', 'return fo', 'x + 17\n']

let browser: Browser
let server: TestServer
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await startBrowser()
  server = await startServer({ env: { RUNNEL_PARALLEL: '2' } })
  await addRecitingModel(server, { pieces: [...BEGINNING, ...LINES], again: BEGINNING.length })
  ;({ page, complaints } = await signedIn(browser, server))
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
})

const answer = () => page.getByRole('article', { name: 'Random' }).last()
const code = () => answer().locator('figure code')
const lines = () => code().locator('> span')

/** The colour of the first piece of the code with this text, as the browser draws it. */
function colourOf(text: string): Promise<string> {
  const piece = code().getByText(text, { exact: true }).first()
  return piece.evaluate((element) => getComputedStyle(element).color)
}

test('code is highlighted while it is still being written', async () => {
  await page.goto('/chat?model=reciting')
  await page.getByPlaceholder('Message Random…').waitFor()
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Some code, please.')
  await page.getByRole('textbox', { name: 'Message', exact: true }).press('Enter')
  await answer().locator('figure').getByText('ts', { exact: true }).waitFor()
  await until(async () => (await lines().count()) > 4, 'some lines')
  const colours = new Set<string>()
  for (const text of ['const', 'fox =', '"red"', '// a kite', '17'])
    colours.add(await colourOf(text))
  expect(colours.size).toBe(5)
  expect(await answer().locator('strong').innerText()).toBe('the code')

  // All of that while it grew, and what comes later has its colours too.
  expect(await answer().getAttribute('aria-busy')).toBe('true')
  const before = await lines().count()
  await until(async () => (await lines().count()) > before + 2, 'more lines')
  const later = lines().nth(before - (before % 2))
  expect(await later.locator('span').first().innerText()).toBe('const')
  expect(await answer().getAttribute('aria-busy')).toBe('true')

  await page.getByRole('button', { name: 'Stop' }).click()
  await answer().getByText('stopped').waitFor()
  expect(await colourOf('const')).not.toBe(await colourOf('fox ='))
  expect(complaints).toEqual([])
})

test('an answer with headings, code and formulas is accessible, also where it has to be scrolled', async () => {
  await answer().locator('.katex').first().waitFor()
  const region = answer().getByRole('region', { name: 'Code' })
  expect(await region.count()).toBe(0)
  await page.setViewportSize({ width: 240, height: 800 })
  await region.waitFor()
  await region.focus()
  await page.keyboard.press('ArrowRight')
  await until(() => region.evaluate((it) => it.scrollLeft > 0), 'the code to scroll')
  expect(await axeViolationsInBothThemes(page)).toEqual([])
  expect(complaints).toEqual([])
})
