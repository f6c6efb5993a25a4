import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { axeViolationsInBothThemes } from '@/tests/support/axe'
import { signedIn, startBrowser } from '@/tests/support/browser'
import { addEndlessModel, writeRecitingModel } from '@/tests/support/endless-model'
import { startServer, type TestServer } from '@/tests/support/server'
import { llamaTemplates } from '@/tests/support/templates/llama-source'
import { until } from '@/tests/support/until'

const STORY = 'Tell me a story about a fox and a kite.'

const THOUGHT = 'A fox has no hands, and so it holds the string with its teeth.'
const THINKS = `<think>\n${THOUGHT}\n</think>\n\nOnce upon a time a fox flew a kite over the hills.`

let browser: Browser
let server: TestServer
let context: BrowserContext
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await startBrowser()
  server = await startServer({ env: { RUNNEL_THREADS: '1', RUNNEL_PARALLEL: '2' } })
  const template = llamaTemplates().get('Qwen-Qwen3-0.6B') ?? ''
  mkdirSync(join(server.dataDir, 'models'), { recursive: true })
  writeRecitingModel(join(server.dataDir, 'models/thinker.gguf'), { text: THINKS, template })
  await addEndlessModel(server)
  ;({ context, page, complaints } = await signedIn(browser, server))
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
})
/** Goes to where a conversation with this model begins. */
async function beginWith(model: string, name: string): Promise<void> {
  await page.goto(`/chat?model=${model}`)
  await page.getByPlaceholder(`Message ${name}…`).waitFor()
}

const composer = (tab = page) => tab.getByRole('textbox', { name: 'Message', exact: true })
const answer = (tab = page) => tab.getByRole('article', { name: /^(Storyteller|Random)$/ }).last()
const answerText = (tab = page) => answer(tab).getByTestId('answer').innerText()
const ended = (tab = page) => answer(tab).getByRole('button', { name: 'Regenerate' }).waitFor()

async function ask(text: string): Promise<void> {
  await composer().fill(text)
  await composer().press('Enter')
  await page.waitForURL(/\/chat\/.+/)
}

/** Asks, and returns when the answer is in its middle. */
async function askAndWatch(): Promise<void> {
  await ask(STORY)
  await untilGrown(40)
}

/** The newest answer as a page shows it that has seen nothing of its stream. */
async function textAfterReload(): Promise<string> {
  await page.reload()
  await ended()
  return answerText()
}

/** What the server has saved as the newest answer of the conversation that is shown. */
async function savedText(): Promise<string> {
  const id = new URL(page.url()).pathname.split('/').at(-1)
  const response = await context.request.get(`/api/chat/conversations/${id}`)
  const { messages } = await response.json()
  return messages.at(-1).content
}

/** Text as a reader sees it: markdown joins lines and drops spaces. */
const words = (text: string) => text.split(/\s+/).filter(Boolean)

/** Waits until the answer has grown by `more` characters. */
async function untilGrown(more: number, tab = page): Promise<void> {
  const grown = async () => (await answerText(tab)).length
  const before = await grown()
  await until(async () => (await grown()) >= before + more, 'the answer to grow')
}

async function stop(tab = page): Promise<void> {
  await tab.getByRole('button', { name: 'Stop' }).click()
  await answer(tab).getByText('stopped').waitFor()
}

describe('an answer that is left in its middle', () => {
  beforeEach(() => beginWith('endless', 'Random'))

  it('loses and repeats nothing over a reload', async () => {
    await askAndWatch()
    const before = await answerText()
    await page.reload()
    await untilGrown(40)
    await stop()
    const streamed = await answerText()
    expect(streamed.startsWith(before)).toBe(true)
    expect(streamed).toBe(await textAfterReload())
  })

  it('goes on in a second tab, the same in both', async () => {
    await askAndWatch()
    const second = await context.newPage()
    await second.goto(page.url())
    await untilGrown(40, second)
    await stop(second)
    await ended()
    expect(await answerText(second)).toBe(await answerText())
    expect(await answerText(second)).toBe(await textAfterReload())
    await second.close()
  })

  it('goes on while another conversation is looked at', async () => {
    await askAndWatch()
    const before = await answerText()
    const address = page.url()
    await page.getByRole('link', { name: 'New', exact: true }).click()
    await page.getByText(/^Ask /).waitFor()
    await page.goBack()
    await page.waitForURL(address)
    await until(async () => (await answerText()).length > before.length, 'what came meanwhile')
    await stop()
    expect(await answerText()).toBe(await textAfterReload())
  })
})

describe('an answer that is being written', () => {
  it('moves nothing that is read, and keeps its end in view unless one has scrolled up', async () => {
    await page.setViewportSize({ width: 1000, height: 420 })
    await beginWith('endless', 'Random')
    // The message alone is more than the window holds; how high a random text becomes, nobody knows.
    await ask(`${STORY}${'\nAnd then?'.repeat(40)}`)
    await untilGrown(40)
    await page.evaluate(() => {
      const shifts: number[] = []
      Reflect.set(window, 'shifts', shifts)
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          if (!Reflect.get(entry, 'hadRecentInput')) shifts.push(Reflect.get(entry, 'value'))
      }).observe({ type: 'layout-shift' })
    })
    const log = page.getByRole('log', { name: 'Conversation' })
    const fromEnd = () =>
      log.evaluate(({ parentElement: box }) =>
        box ? box.scrollHeight - box.scrollTop - box.clientHeight : Number.NaN,
      )
    await until(async () => (await fromEnd()) < 2, 'the end in view')
    await log.evaluate(({ parentElement: box }) => box?.scrollBy(0, -300))
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor()
    const top = await log.evaluate(({ parentElement: box }) => box?.scrollTop)
    await untilGrown(200)
    expect(await log.evaluate(({ parentElement: box }) => box?.scrollTop)).toBe(top)
    await page.getByRole('button', { name: 'Jump to latest' }).click()
    await until(async () => (await fromEnd()) < 2, 'the end again')
    await stop()
    const shifts: number[] = await page.evaluate(() => Reflect.get(window, 'shifts'))
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.01)
  })
  afterAll(() => page.setViewportSize({ width: 1280, height: 720 }))

  it('breaks words that are longer than a line, while they are typed, in the question and in the answer', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    await beginWith('endless', 'Random')
    const word = 'unbreakable'.repeat(40)
    await composer().fill(word)
    expect(await composer().evaluate((field) => field.clientHeight)).toBeGreaterThan(100)
    await composer().press('Enter')
    await page.waitForURL(/\/chat\/.+/)
    // What this model says are long words too.
    await untilGrown(400)
    await stop()
    const log = page.getByRole('log', { name: 'Conversation' })
    const overflow = log.evaluate(({ parentElement: box }) =>
      box ? box.scrollWidth - box.clientWidth : Number.NaN,
    )
    expect(await overflow).toBe(0)
  })
})

describe('chat', () => {
  beforeEach(() => beginWith('storyteller', 'Storyteller'))

  it('sends, streams, and tells how fast it was', async () => {
    await ask(STORY)
    await ended()
    expect(words(await answerText())).toEqual(words(await savedText()))
    await answer()
      .getByText(/\d tok\/s ?· ?[\d,]+ tokens? ?· ?first in \d/)
      .waitFor()
    await page.getByRole('link', { name: STORY }).first().waitFor()
  })

  it('edits and answers anew in branches that can be walked', async () => {
    await ask('Count from one to ten.')
    await ended()
    const first = await answerText()
    await page.getByRole('button', { name: 'Regenerate' }).click()
    await answer().getByText('2/2').waitFor()
    await ended()
    await answer().getByRole('button', { name: 'The branch before' }).click()
    await answer().getByText('1/2').waitFor()
    expect(await answerText()).toBe(first)

    const mine = page.getByRole('article', { name: 'You' }).last()
    await mine.hover()
    const edit = mine.getByRole('button', { name: 'Edit' })
    await edit.click()
    await page.keyboard.press('Escape')
    await until(() => edit.evaluate((it) => it === document.activeElement), 'the focus to be back')
    await edit.click()
    await page.getByRole('textbox', { name: 'Edit the message' }).fill('Name the days of the week.')
    await page.getByRole('button', { name: 'Send' }).first().click()
    await mine.getByText('2/2').waitFor()
    await ended()
    await mine.getByRole('button', { name: 'The branch before' }).click()
    await page.getByText('Count from one to ten.').last().waitFor()
    await page.reload()
    await mine.getByText('1/2').waitFor()
  })

  it('asks as the parameters say', async () => {
    const limit = page.getByRole('textbox', { name: 'Max tokens' })
    await limit.fill('9')
    await limit.press('Enter')
    await ask(STORY)
    await answer().getByText('ended at the limit of tokens').waitFor()
    await answer()
      .getByText(/9 tokens/)
      .waitFor()
    await page.getByText(/^\d+\/1k$/).waitFor()
    await limit.fill('0')
    await limit.press('Enter')
    await page.getByText('This must be a whole number from 1 to 1,000,000.').waitFor()
  })

  it('writes from right to left where the text does', async () => {
    const direction = (element: Locator) => element.evaluate((it) => getComputedStyle(it).direction)
    await composer().fill('ספר לי סיפור.')
    expect(await direction(composer())).toBe('rtl')
    await composer().press('Enter')
    await page.waitForURL(/\/chat\/.+/)
    await ended()
    expect(await direction(page.getByRole('article', { name: 'You' }).getByText('ספר'))).toBe('rtl')
  })

  it('finds, renames and deletes', async () => {
    await ask('Tell me about a purple walrus.')
    await ended()
    await page.getByRole('searchbox', { name: 'Search the conversations' }).fill('WALRUS')
    const row = page.getByRole('navigation', { name: 'Conversations' }).getByRole('listitem')
    await until(async () => (await row.count()) === 1, 'the search')
    await page.getByRole('button', { name: 'Options for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Title' }).fill('Tusks')
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { name: 'Tusks' }).waitFor()
    await page.getByRole('button', { name: 'Options for this conversation' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Nothing found').waitFor()
    await page.getByText(/^Ask /).waitFor()
  })

  it('folds what was thought, keeps it, and lets thinking be chosen', async () => {
    await beginWith('thinker', 'Random')
    await ask(STORY)
    await ended()
    const fold = answer().getByRole('button', { name: /^Thought for / })
    const thought = answer().getByText(THOUGHT)
    expect(await answerText()).toBe('Once upon a time a fox flew a kite over the hills.')
    expect(await thought.count()).toBe(0)
    await fold.focus()
    await page.keyboard.press('Enter')
    await thought.waitFor()
    expect(await axeViolationsInBothThemes(page)).toEqual([])
    const choice = page.getByRole('combobox', { name: 'Thinking' })
    await choice.selectOption({ label: 'Off' })
    await page.getByRole('button', { name: 'Reset' }).waitFor()
    await page.reload()
    await fold.waitFor()
    expect(await thought.count()).toBe(0)
    await until(async () => (await choice.inputValue()) === 'off')
  })

  it('is accessible, in both themes', async () => {
    await ask('Count from one to ten.')
    await ended()
    expect(await axeViolationsInBothThemes(page)).toEqual([])
  })

  it('copies an answer as it was written', async () => {
    await ask('Count from one to ten.')
    await ended()
    await answer().getByRole('button', { name: 'Copy' }).click()
    await answer().getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await savedText())
  })

  it('has its columns as sheets on a phone, and nothing scrolls sideways', async () => {
    await ask('Count from one to ten.')
    await page.setViewportSize({ width: 360, height: 740 })
    await page.getByRole('button', { name: 'Conversations' }).click()
    await page.getByRole('dialog', { name: 'Conversations' }).getByText('Today').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Parameters' }).click()
    await page.getByRole('dialog', { name: 'Parameters' }).getByText('Temperature').waitFor()
    await page.keyboard.press('Escape')
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBeLessThanOrEqual(0)
    await page.setViewportSize({ width: 1280, height: 720 })
  })

  it('loses nothing to somebody who is quicker than the page', async () => {
    const tab = await context.newPage()
    // The list of models comes late, too.
    await tab.route('**/v1/models', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      await route.continue()
    })
    await tab.goto('/chat', { waitUntil: 'commit' })
    await composer(tab).fill(STORY)
    await composer(tab).press('Enter')
    await tab.waitForURL(/\/chat\/.+/)
    await tab.getByText(STORY).filter({ visible: true }).last().waitFor()
    await tab.close()
  })

  it('had nothing to complain about in the console', () => {
    expect(complaints).toEqual([])
  })
})
