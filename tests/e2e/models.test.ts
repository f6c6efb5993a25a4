import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { signedIn, startBrowser } from '@/tests/support/browser'
import { ggufContent } from '@/tests/support/hub/gguf'
import { type Hub, startHub } from '@/tests/support/hub/hub'
import { startServer, type TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'

const MIB = 1024 * 1024
const SLOW = { bytesPerSecond: MIB / 8 }

let browser: Browser
let hub: Hub
let server: TestServer
let context: BrowserContext
let page: Page
let complaints: string[]

beforeAll(async () => {
  hub = await startHub()
  const file = (seed: string, size: number) => ggufContent({ seed, size, fileType: 15 })
  hub.add('acme/river-GGUF', {
    'river-Q4_K_M.gguf': file('river', 24 * MIB),
    'river-Q8_0.gguf': file('river-8', 40 * MIB),
  })
  hub.add('acme/brook-GGUF', { 'brook-Q8_0.gguf': file('brook', 12 * MIB) })
  hub.add('acme/pond-GGUF', { 'pond-Q8_0.gguf': file('pond', 12 * MIB) })
  hub.add('acme/gated-GGUF', { 'gated-Q8_0.gguf': file('gated', MIB) }, { gated: 'manual' })
  browser = await startBrowser()
  server = await startServer({ env: { ...hub.env, RUNNEL_DOWNLOAD_CONCURRENCY: '1' } })
  ;({ context, page, complaints } = await signedIn(browser, server))
  await page.goto('/models')
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
  await hub?.stop()
})

afterEach(() => {
  for (const fault of ['throttle', 'stall', 'down'] as const) delete hub.faults[fault]
})

const search = () => page.getByRole('searchbox', { name: /Search the hub/ })
const bar = (name: string, on = page) =>
  on.getByRole('progressbar', { name: `Download of ${name}` })
const percent = async (name: string, on = page) =>
  Number((await bar(name, on).getAttribute('aria-valuenow')) ?? 0)

/** Pastes a reference and downloads it. */
async function download(reference: string): Promise<void> {
  await search().fill(reference)
  await page.getByRole('button', { name: 'Download', exact: true }).click()
  await until(async () => (await search().inputValue()) === '', 'the field to be empty again')
}

async function remove(name: string): Promise<void> {
  await page.getByRole('button', { name: `More about ${name}` }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

describe('models page', () => {
  it('finds a model as one types, shows its quantizations, and downloads with a bar that moves over a reload', async () => {
    hub.faults.throttle = SLOW
    await search().fill('river')
    await page.getByRole('button', { name: /river-GGUF/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Q4_K_M').waitFor()
    expect(await dialog.getByText('recommended').count()).toBe(1)
    expect(await dialog.getByText('fits', { exact: true }).count()).toBe(2)
    await dialog.getByRole('button', { name: 'Download Q4_K_M' }).click()
    await until(async () => (await percent('river')) > 5, 'the bar to move')
    const before = await percent('river')
    await page.reload()
    await bar('river').waitFor()
    expect(await percent('river')).toBeGreaterThanOrEqual(before)
    await until(async () => (await percent('river')) > before, 'the bar to move on')
    delete hub.faults.throttle
    await page.getByRole('link', { name: 'Chat with river' }).waitFor()
    await bar('river').waitFor({ state: 'detached' })
  })

  it('says that a download is stalled, and goes on when the hub does', async () => {
    hub.faults.stall = { afterBytes: MIB / 16 }
    await download('hf:acme/brook-GGUF:Q8_0')
    await page.getByText(/^Stalled/).waitFor()
    delete hub.faults.stall
    await page.getByRole('link', { name: 'Chat with brook' }).waitFor({ timeout: 90_000 })
  })

  it('pauses, resumes, reorders and cancels', async () => {
    hub.faults.throttle = SLOW
    await download('hf:acme/river-GGUF:Q8_0')
    await bar('river').waitFor()
    await remove('brook')
    await download('hf:acme/brook-GGUF:Q8_0')
    await download('hf:acme/pond-GGUF:Q8_0')
    await page.getByText('Queued, second').waitFor()
    await page.getByRole('button', { name: 'Move pond up' }).click()
    await page.getByRole('listitem').filter({ hasText: 'pond' }).getByText('Queued, next').waitFor()
    await page.getByRole('button', { name: 'Pause river' }).click()
    await page.getByText('Paused').waitFor()
    await bar('pond').waitFor()
    await page.getByRole('button', { name: 'Cancel pond' }).click()
    await page.getByRole('button', { name: 'Cancel brook' }).click()
    await page.getByRole('button', { name: 'Resume river' }).click()
    delete hub.faults.throttle
    await page.getByText('Downloading', { exact: true }).waitFor({ state: 'detached' })
  })

  it('says what went wrong and what to do, and forgets it when told', async () => {
    await download('hf:acme/nothing-GGUF:Q8_0')
    const row = page.getByRole('listitem').filter({ hasText: 'hf:acme/nothing-GGUF' })
    await row.getByRole('alert').waitFor()
    await page.reload()
    await row.getByRole('alert').waitFor()
    await row.getByRole('button', { name: /^Dismiss/ }).click()
    await row.waitFor({ state: 'detached' })
  })

  it('keeps notes and tags on a model, which its row shows', async () => {
    const row = page.getByRole('listitem').filter({ hasText: 'acme/river-GGUF:Q4_K_M' })
    await row.getByRole('button', { name: 'More about river' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Tags').fill('fast, for letters')
    await dialog.getByLabel('Notes').fill('Likes short prompts.')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Saved.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'detached' })
    await row.getByText('for letters').waitFor()
    await page.reload()
    await row.getByRole('button', { name: 'More about river' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    expect(await dialog.getByLabel('Notes').inputValue()).toBe('Likes short prompts.')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  it('deletes a model and says what that frees', async () => {
    const row = page.getByRole('listitem').filter({ hasText: 'acme/river-GGUF:Q4_K_M' })
    await row.getByRole('button', { name: 'More about river' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/frees 25 MB/).waitFor()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText(/25 MB are free again/).waitFor()
    await row.waitFor({ state: 'detached' })
  })

  it('keeps the page over an unreachable hub', async () => {
    hub.faults.down = {}
    await search().fill('something else')
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
    delete hub.faults.down
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The hub has no GGUF model for').waitFor()
    await search().fill('')
  })

  it('shares one connection among ten tabs of a browser', async () => {
    let connections = 0
    context.on('request', (request) => {
      if (request.url().endsWith('/v1/models/download/progress')) connections += 1
    })
    await page.reload()
    await page.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
    const others = await Promise.all(Array.from({ length: 9 }, () => context.newPage()))
    await Promise.all(
      others.map(async (other) => {
        await other.goto('/models')
        await other.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
      }),
    )
    hub.faults.throttle = SLOW
    await download('hf:acme/pond-GGUF:Q8_0')
    for (const tab of [page, ...others])
      await until(async () => (await percent('pond', tab)) > 0, 'every tab to see it move')
    expect(connections).toBe(1)
    delete hub.faults.throttle
    await page.close()
    page = others[0] ?? page
    await page.getByRole('link', { name: 'Chat with pond' }).waitFor()
    await Promise.all(others.slice(1).map((other) => other.close()))
  })

  it('catches up after the laptop has slept, though its connection is long gone', async () => {
    hub.faults.throttle = SLOW
    await download('hf:acme/brook-GGUF:Q8_0')
    await until(async () => (await percent('brook')) > 0, 'the bar to move')
    const devTools = await context.newCDPSession(page)
    await devTools.send('Debugger.enable')
    // Nothing of the page runs from here on, no timer and no reading, as in a laptop that was closed.
    const asleep = new Promise((resolve) => devTools.once('Debugger.paused', resolve))
    await devTools.send('Debugger.pause')
    await asleep
    await server.stop()
    delete hub.faults.throttle
    await server.start()
    await until(async () => {
      const { data } = await server.json<{ data: { id: string }[] }>('/v1/models')
      return data.some(({ id }) => id.includes('brook'))
    }, 'the download to go on without the page')
    await devTools.send('Debugger.disable')
    await page.getByRole('link', { name: 'Chat with brook' }).waitFor()
    await bar('brook').waitFor({ state: 'detached' })
  })

  it('says that the server is gone and since when, and recovers by itself', async () => {
    await server.stop()
    await page
      .getByText(/reconnecting in/)
      .filter({ visible: true })
      .waitFor()
    await page.getByText(/What you see is from/).waitFor({ timeout: 60_000 })
    await server.start()
    await page
      .getByText('live', { exact: true })
      .filter({ visible: true })
      .waitFor({ timeout: 60_000 })
    await page.getByText(/What you see is from/).waitFor({ state: 'detached' })
  })

  it('had nothing to complain about in the console', () => {
    const unexpected = complaints.filter(
      (text) => !/ERR_CONNECTION|ERR_INCOMPLETE|status of 5|status of 404/.test(text),
    )
    expect(unexpected).toEqual([])
  })
})
