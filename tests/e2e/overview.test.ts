import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeViolationsInBothThemes } from '@/tests/support/axe'
import { signedIn, startBrowser } from '@/tests/support/browser'
import { startServer, type TestServer } from '@/tests/support/server'
import { until } from '@/tests/support/until'

let browser: Browser
let server: TestServer
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await startBrowser()
  server = await startServer()
  ;({ page, complaints } = await signedIn(browser, server))
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
})

/** A long answer, read as a program reads it; resolves with its text when it has ended. */
async function startStream(): Promise<Promise<string>> {
  const response = await server.fetch('/v1/infer', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'Once upon a time', stream: true, max_tokens: 900 }),
  })
  return response.text()
}

describe('overview', () => {
  it('says so when nothing flows', async () => {
    await page.getByText('Nothing running').waitFor()
    await page.getByText('No model is loaded').waitFor()
    await page.getByRole('link', { name: 'Storyteller' }).waitFor()
    // A skeleton would say that the number is on its way.
    await page.getByRole('region', { name: /^Last/ }).getByText('–', { exact: true }).waitFor()
  })

  it('counts as queued what it lists as queued', async () => {
    // A browser of its own: the tabs of one share what they hear.
    const storageState = await page.context().storageState()
    const other = await browser.newContext({ baseURL: server.url, storageState })
    const tab = await other.newPage()
    const slice = {
      at: Date.now(),
      tokens: 0,
      first_token_ms: null,
      subscribers: 1,
      memory_bytes: 0,
    }
    const running = {
      model: 'storyteller',
      owner: 'Ada',
      tokens: 1,
      tokens_per_second: 1,
      readers: 1,
    }
    const stream = (id: string, phase: string) => ({
      ...running,
      id,
      phase,
      started_at: Date.now(),
    })
    const events = [
      ['history', { slice_ms: 10_000, slices: [slice] }],
      ['stream', stream('a', 'generating')],
      ['stream', stream('b', 'queued')],
      // As old as a second: it may tell of requests that have begun since.
      ['sample', { slice, tokens_per_second: 1, subscribers: 1, queued: 6 }],
    ]
    const body = events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
    await tab.route('**/api/activity/stream*', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: body.join('') }),
    )
    await tab.goto('/')
    await tab.getByText('2 streams · 1 queued').waitFor()
    await other.close()
  })

  it('shows a stream with who reads it while it runs, the model in memory, and the rate after it', async () => {
    let running = true
    const streams = (async () => {
      while (running) await await startStream()
    })()
    await page
      .getByText(/1 reader/)
      .first()
      .waitFor()
    await page.getByRole('region', { name: 'In memory' }).getByText('storyteller').waitFor()
    running = false
    await streams
    await page.getByText('Nothing running').waitFor()
    const chart = page.getByRole('img', { name: /^Time to first token/ })
    await until(
      async () => /now \d/.test((await chart.getAttribute('aria-label')) ?? ''),
      'the time to first token',
    )
  })

  it('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    for (const path of ['/', '/models']) {
      await page.goto(path)
      await page.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow).toBeLessThanOrEqual(0)
    }
  })

  it('is accessible, in both themes', async () => {
    await page.setViewportSize({ width: 1280, height: 900 })
    for (const path of ['/', '/models']) {
      await page.goto(path)
      await page.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
      await page.getByText('Storyteller').first().waitFor()
      expect(await axeViolationsInBothThemes(page), path).toEqual([])
    }
  })

  it('had nothing to complain about in the console', () => {
    expect(complaints.filter((text) => !/status of 502/.test(text))).toEqual([])
  })
})
