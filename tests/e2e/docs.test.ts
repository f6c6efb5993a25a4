import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeViolationsInBothThemes } from '@/tests/support/axe'
import { signedIn, startBrowser } from '@/tests/support/browser'
import { startServer, type TestServer } from '@/tests/support/server'

let browser: Browser
let server: TestServer
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await startBrowser()
  server = await startServer()
  const session = await signedIn(browser, server)
  ;({ page, complaints } = session)
  await session.context.grantPermissions(['clipboard-read', 'clipboard-write'])
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
})

const send = () => page.getByRole('button', { name: 'Send', exact: true }).click()
const events = () => page.getByRole('region', { name: 'Events of the answer' })

async function copied(): Promise<string> {
  await page.getByRole('button', { name: 'Copy the code' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  return page.evaluate(() => navigator.clipboard.readText())
}

describe('the API page', () => {
  it('finds a call by keyboard, and tries it as whoever is signed in', async () => {
    await page.getByRole('link', { name: 'API', exact: true }).click()
    await page.getByRole('searchbox', { name: 'Search the calls' }).fill('installed models')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Installed models' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/docs/getModels')
    await send()
    await page.getByText('200 OK').waitFor()
    await page.getByText('x-request-id').waitFor()
    const answer = await page.getByRole('textbox', { name: 'Body of the answer' }).inputValue()
    expect(JSON.parse(answer)).toMatchObject({ object: 'list', data: [{ id: 'storyteller' }] })
  })

  it('sends a key that is typed in instead of the session', async () => {
    await page.getByLabel('An API key').check()
    await page.getByLabel('API key', { exact: true }).fill('rnl_wrong')
    await send()
    await page.getByText('401 Unauthorized').waitFor()
    await page.getByLabel('API key', { exact: true }).fill(server.key)
    await send()
    await page.getByText('200 OK').waitFor()
    await page.getByLabel('You', { exact: true }).check()
  })

  it('shows the events of a stream as they come, and copies a command that does the same', async () => {
    await page.goto('/docs/postInfer')
    await send()
    await events().getByText('[DONE]').waitFor()
    await events().getByText('"token"').first().click()
    await events()
      .getByText(/^id [0-9a-f]+\.\d+$/)
      .waitFor()

    const command = await copied()
    const { stdout } = await promisify(execFile)('sh', ['-c', command], {
      env: { ...process.env, KEY: server.key, no_proxy: '127.0.0.1' },
    })
    expect(stdout).toMatch(/data: \{"token":/)
    expect(stdout).toMatch(/data: \[DONE\]\n/)

    await page.getByRole('textbox', { name: 'Body' }).fill('{"prompt": "It\'s')
    await page.getByText('This is not JSON yet.').waitFor()
    await page.getByRole('tab', { name: 'Python' }).click()
    expect(await copied()).toContain(`"{\\"prompt\\": \\"It's"`)
  })

  it('stops a stream that does not end by itself', async () => {
    await page.goto('/docs/getModelsDownloadProgress')
    await send()
    await page.getByText('200 OK').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('stopped', { exact: true }).waitFor()
  })

  it('fits a phone, where the list comes first and gives way to the call', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.goto('/docs')
    await page.getByRole('link', { name: /Answer a conversation/ }).click()
    await page.getByRole('heading', { name: 'Answer a conversation' }).waitFor()
    await page.getByRole('navigation', { name: 'Calls' }).waitFor({ state: 'hidden' })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBeLessThanOrEqual(0)
    await page.getByRole('link', { name: 'All calls' }).click()
    await page.getByRole('navigation', { name: 'Calls' }).waitFor()
    await page.setViewportSize({ width: 1600, height: 1000 })
  })

  it('is accessible, in both themes', async () => {
    await page.goto('/docs')
    expect(await axeViolationsInBothThemes(page)).toEqual([])
    await page.goto('/docs/postInfer')
    await send()
    await events().getByText('[DONE]').waitFor()
    expect(await axeViolationsInBothThemes(page)).toEqual([])
    // What there is instead of a call, within the frame of the dashboard and without it.
    for (const path of ['/docs/nothing', '/nothing']) {
      await page.goto(path)
      await page.getByRole('heading', { name: 'There is no page at this address.' }).waitFor()
      expect(await axeViolationsInBothThemes(page), path).toEqual([])
    }
  })

  it('had nothing to complain about in the console', () => {
    expect(complaints.filter((text) => !/status of 40[14]/.test(text))).toEqual([])
  })
})
