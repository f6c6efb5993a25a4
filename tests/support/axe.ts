import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with a page, in words: the rule, and where. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's own policy lets nothing be injected.
  await page.evaluate(source)
  return page.evaluate(async () => {
    const axe = Reflect.get(window, 'axe')
    const { violations } = await axe.run(document)
    return violations.flatMap((rule: { id: string; nodes: { target: string[] }[] }) =>
      rule.nodes.map(({ target }) => `${rule.id}: ${target.join(' ')}`),
    )
  })
}
