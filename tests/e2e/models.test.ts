import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeViolations } from '@/tests/support/axe'
import { ModelsPage, SLOW } from '@/tests/support/models-page'
import { until } from '@/tests/support/until'

let models: ModelsPage

beforeAll(async () => {
  models = await ModelsPage.open({ river: { Q4_K_M: 24, Q8_0: 40 } })
})
afterAll(() => models?.close())
afterEach(() => models.mendHub())

describe('models page', () => {
  it('finds a model as one types, shows its quantizations, and downloads with a bar that moves over a reload', async () => {
    const { hub, page } = models
    hub.faults.throttle = SLOW
    await models.search.fill('river')
    await page.getByRole('button', { name: /river-GGUF/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Q4_K_M').waitFor()
    expect(await dialog.getByText('recommended').count()).toBe(1)
    expect(await dialog.getByText('fits', { exact: true }).count()).toBe(2)
    await dialog.getByRole('button', { name: 'Download Q4_K_M' }).click()
    await until(async () => (await models.percent('river')) > 5, 'the bar to move')
    const before = await models.percent('river')
    await page.reload()
    await models.bar('river').waitFor()
    expect(await models.percent('river')).toBeGreaterThanOrEqual(before)
    await until(async () => (await models.percent('river')) > before, 'the bar to move on')
    delete hub.faults.throttle
    await models.chatWith('river').waitFor()
    await models.bar('river').waitFor({ state: 'detached' })
  })

  it('keeps notes and tags on a model, which its row shows', async () => {
    const { page } = models
    const row = page.getByRole('listitem').filter({ hasText: 'acme/river-GGUF:Q4_K_M' })
    await row.getByRole('button', { name: 'Options for “river”' }).click()
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
    await row.getByRole('button', { name: 'Options for “river”' }).click()
    await page.getByRole('menuitem', { name: 'Details' }).click()
    expect(await dialog.getByLabel('Notes').inputValue()).toBe('Likes short prompts.')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  it('sets how a model is loaded and asked, and says at its field what can not be', async () => {
    const { page } = models
    const row = page.getByRole('listitem').filter({ hasText: 'acme/river-GGUF:Q4_K_M' })
    const dialog = page.getByRole('dialog', { name: 'Settings of river' })
    const open = async () => {
      await row.getByRole('button', { name: 'Options for “river”' }).click()
      await page.getByRole('menuitem', { name: 'Settings' }).click()
    }
    const context = dialog.getByRole('textbox', { name: 'Context' })
    await open()
    await context.fill('999999')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('alert').getByText('context_size is 999999').waitFor()
    expect(await context.getAttribute('aria-invalid')).toBe('true')
    expect(await axeViolations(page)).toEqual([])
    await context.fill('1024')
    await dialog.getByRole('textbox', { name: 'Temperature' }).fill('0,5')
    await dialog.getByRole('combobox', { name: 'Cache of keys' }).selectOption('q8_0')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await open()
    expect(await context.inputValue()).toBe('1024')
    expect(await dialog.getByRole('textbox', { name: 'Temperature' }).inputValue()).toBe('0.5')
    expect(await dialog.getByRole('combobox', { name: 'Cache of keys' }).inputValue()).toBe('q8_0')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  it('deletes a model and says what that frees', async () => {
    const { page } = models
    const row = page.getByRole('listitem').filter({ hasText: 'acme/river-GGUF:Q4_K_M' })
    await row.getByRole('button', { name: 'Options for “river”' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/frees 25 MB/).waitFor()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText(/25 MB are free again/).waitFor()
    await row.waitFor({ state: 'detached' })
  })

  it('says what went wrong and what to do, and forgets it when told', async () => {
    const { page } = models
    await models.download('hf:acme/nothing-GGUF:Q8_0')
    const row = page.getByRole('listitem').filter({ hasText: 'hf:acme/nothing-GGUF' })
    await row.getByRole('alert').waitFor()
    await page.reload()
    await row.getByRole('alert').waitFor()
    await row.getByRole('button', { name: /^Dismiss/ }).click()
    await row.waitFor({ state: 'detached' })
  })

  it('keeps the page over an unreachable hub', async () => {
    const { hub, page } = models
    hub.faults.down = {}
    await models.search.fill('something else')
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
    delete hub.faults.down
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The hub has no GGUF model for').waitFor()
    // What there was for those words is not said of the next, which nobody has an answer for.
    hub.faults.down = {}
    await models.search.fill('a third thing')
    await page.getByRole('status', { name: 'Searching the hub' }).waitFor()
    expect(await page.getByText('for “a third thing”').count()).toBe(0)
    await page.getByRole('button', { name: 'Try again' }).waitFor()
  })

  it('had nothing to complain about in the console', () => {
    expect(models.unexpected).toEqual([])
  })
})
