import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ModelsPage, SLOW } from '@/tests/support/models-page'
import { until } from '@/tests/support/until'

let models: ModelsPage

beforeAll(async () => {
  models = await ModelsPage.open({ brook: { Q8_0: 12 }, pond: { Q8_0: 12 } })
})
afterAll(() => models?.close())
afterEach(() => models.mendHub())

describe('the live connection', () => {
  it('is one for ten tabs of a browser', async () => {
    const { context, hub, page } = models
    let connections = 0
    context.on('request', (request) => {
      if (request.url().endsWith('/v1/models/download/progress')) connections += 1
    })
    await page.reload()
    await models.live().waitFor()
    const others = []
    for (let tab = 2; tab <= 10; tab++) {
      const other = await context.newPage()
      await other.goto('/models')
      await models.live(other).waitFor()
      others.push(other)
    }
    // Some at once, then a trickle: ten pages that draw ten times a second would take a small machine whole.
    hub.faults.throttle = { bytesPerSecond: 512, afterBytes: 512 * 1024 }
    await models.download('hf:acme/pond-GGUF:Q8_0')
    for (const tab of [page, ...others])
      await until(async () => (await models.percent('pond', tab)) > 0, 'every tab to see it move')
    expect(connections).toBe(1)
    delete hub.faults.throttle
    await page.close()
    models.page = others[0] ?? page
    await models.chatWith('pond').waitFor()
    await Promise.all(others.slice(1).map((other) => other.close()))
  })

  it('catches up after the laptop has slept, though it is long gone itself', async () => {
    const { context, hub, page, server } = models
    hub.faults.throttle = SLOW
    await models.download('hf:acme/brook-GGUF:Q8_0')
    await until(async () => (await models.percent('brook')) > 0, 'the bar to move')
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
    await models.chatWith('brook').waitFor()
    await models.bar('brook').waitFor({ state: 'detached' })
  })

  it('says that the server is gone and since when, and recovers by itself', async () => {
    const { page, server } = models
    await server.stop()
    await page
      .getByText(/reconnecting in/)
      .filter({ visible: true })
      .waitFor()
    await page.getByText(/What you see is from/).waitFor({ timeout: 60_000 })
    // What was known stays, whatever one presses: the browser's own error page would know nothing.
    await page.getByRole('link', { name: 'Keys' }).click()
    await page.getByText('Check that the server runs').waitFor()
    await models.chatWith('brook').click()
    await page.getByText('Check that the server runs').nth(1).waitFor()
    expect(new URL(page.url()).pathname).toBe('/models')
    await server.start()
    await models.live().waitFor({ timeout: 60_000 })
    await page.getByText(/What you see is from/).waitFor({ state: 'detached' })
  })

  it('had nothing to complain about in the console', () => {
    expect(models.unexpected).toEqual([])
  })
})
