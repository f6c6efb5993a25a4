import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ModelsPage, SLOW } from '@/tests/support/models-page'

let models: ModelsPage

beforeAll(async () => {
  models = await ModelsPage.open({ river: { Q8_0: 40 }, brook: { Q8_0: 12 }, pond: { Q8_0: 12 } })
})
afterAll(() => models?.close())
afterEach(() => models.mendHub())

describe('downloads on the models page', () => {
  it('say that they are stalled, and go on when the hub does', async () => {
    const { hub, page } = models
    hub.faults.stall = { afterBytes: 65_536 }
    await models.download('hf:acme/brook-GGUF:Q8_0')
    await page.getByText(/^Stalled/).waitFor()
    delete hub.faults.stall
    await models.chatWith('brook').waitFor({ timeout: 90_000 })
  })

  it('are paused, resumed, reordered and cancelled', async () => {
    const { hub, page } = models
    hub.faults.throttle = SLOW
    await models.download('hf:acme/river-GGUF:Q8_0')
    await models.bar('river').waitFor()
    await models.remove('brook')
    await models.download('hf:acme/brook-GGUF:Q8_0')
    await models.download('hf:acme/pond-GGUF:Q8_0')
    await page.getByText('Queued, second').waitFor()
    await page.getByRole('button', { name: 'Move pond up' }).click()
    await page.getByRole('listitem').filter({ hasText: 'pond' }).getByText('Queued, next').waitFor()
    await page.getByRole('button', { name: 'Pause river' }).click()
    await page.getByText('Paused').waitFor()
    await models.bar('pond').waitFor()
    for (const name of ['pond', 'brook']) {
      const cancel = page.getByRole('button', { name: `Cancel ${name}` })
      await cancel.click()
      // The rows below move up then: a click on the next one at once could meet the wrong button.
      await cancel.waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: 'Resume river' }).click()
    delete hub.faults.throttle
    await models.chatWith('river').waitFor()
    expect(await models.chatWith('brook').count()).toBe(0)
  })

  it('had nothing to complain about in the console', () => {
    expect(models.unexpected).toEqual([])
  })
})
