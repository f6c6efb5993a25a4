import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with a page, in words: the rule, and where. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's own policy lets nothing be injected.
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await Reflect.get(window, 'axe').run(document)
    return violations.flatMap((rule: { id: string; nodes: { target: string[] }[] }) =>
      rule.nodes.map(({ target }) => `${rule.id}: ${target.join(' ')}`),
    )
  })
}
