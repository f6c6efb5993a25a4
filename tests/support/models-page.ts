import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { signedIn, startBrowser } from './browser'
import { ggufContent } from './hub/gguf'
import { type Hub, startHub } from './hub/hub'
import { startServer, type TestServer } from './server'
import { until } from './until'

const MIB = 1024 * 1024

/** Slow enough that a bar is seen to move. */
export const SLOW = { bytesPerSecond: MIB / 8 }

/** The models page of a server of its own, which downloads one file at a time from a hub that can misbehave. */
export class ModelsPage {
  private constructor(
    readonly hub: Hub,
    readonly server: TestServer,
    private readonly browser: Browser,
    readonly context: BrowserContext,
    /** The tab that the methods act on; a test that closes it puts another in its place. */
    public page: Page,
    /** What the pages wrote to the console as errors. */
    readonly complaints: readonly string[],
  ) {}

  /** @param files What the hub has, by the name of the model: the size of each quantization in MiB. */
  static async open(files: Record<string, Record<string, number>>): Promise<ModelsPage> {
    const hub = await startHub()
    for (const [name, sizes] of Object.entries(files))
      hub.add(`acme/${name}-GGUF`, made(name, sizes))
    const browser = await startBrowser()
    const server = await startServer({ env: { ...hub.env, RUNNEL_DOWNLOAD_CONCURRENCY: '1' } })
    const { context, page, complaints } = await signedIn(browser, server)
    const models = new ModelsPage(hub, server, browser, context, page, complaints)
    await page.goto('/models')
    await models.live().waitFor()
    return models
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.server.dispose()
    await this.hub.stop()
  }

  /** Makes the hub behave again, after a test that did not get to it. */
  mendHub(): void {
    for (const fault of ['throttle', 'stall', 'down'] as const) delete this.hub.faults[fault]
  }

  get search(): Locator {
    return this.page.getByRole('searchbox', { name: /Search the hub/ })
  }

  /** Where it says that events come. */
  live(page = this.page): Locator {
    return page.getByText('live', { exact: true }).filter({ visible: true })
  }

  bar(name: string, page = this.page): Locator {
    return page.getByRole('progressbar', { name: `Download of ${name}` })
  }

  async percent(name: string, page = this.page): Promise<number> {
    return Number((await this.bar(name, page).getAttribute('aria-valuenow')) ?? 0)
  }

  /** What shows that a model is installed. */
  chatWith(name: string): Locator {
    return this.page.getByRole('link', { name: `Chat with ${name}` })
  }

  /** Pastes a reference and downloads it. */
  async download(reference: string): Promise<void> {
    await this.search.fill(reference)
    await this.page.getByRole('button', { name: 'Download', exact: true }).click()
    await until(async () => (await this.search.inputValue()) === '', 'the field to be empty again')
  }

  async remove(name: string): Promise<void> {
    const dialog = this.page.getByRole('dialog')
    await this.page.getByRole('button', { name: `Options for “${name}”` }).click()
    await this.page.getByRole('menuitem', { name: 'Delete' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  /** What the console has that nobody asked for: servers that are gone, models that are not there, and what a form is refused, are. */
  get unexpected(): string[] {
    const known = /ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|status of 5|status of 40[04]/
    return this.complaints.filter((text) => !known.test(text))
  }
}

function made(name: string, sizes: Record<string, number>) {
  const files = Object.entries(sizes).map(([quantization, size]) => [
    `${name}-${quantization}.gguf`,
    ggufContent({ seed: `${name}-${quantization}`, size: size * MIB, fileType: 15 }),
  ])
  return Object.fromEntries(files)
}
