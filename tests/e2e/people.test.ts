import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations, axeViolationsInBothThemes } from '../support/axe'
import { ADMIN, signedIn, startBrowser } from '../support/browser'
import { ForeignPage } from '../support/foreign-page'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

const PASSWORD = 'a horse of another colour'

const named = new ForeignPage()
const unnamed = new ForeignPage()
let browser: Browser
let server: TestServer
let context: BrowserContext
let page: Page
let complaints: string[]

beforeAll(async () => {
  await Promise.all([named.start(), unnamed.start()])
  browser = await startBrowser()
  server = await startServer({ env: { RUNNEL_CORS_ORIGINS: named.origin } })
  ;({ context, page, complaints } = await signedIn(browser, server))
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
  await Promise.all([named.stop(), unnamed.stop()])
})

const row = (text: string) => page.getByRole('listitem').filter({ hasText: text })

async function choose(name: string, item: string): Promise<void> {
  await page.getByRole('button', { name }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

describe('keys', () => {
  test('begin at their first field, also where the window scrolls', async () => {
    await page.setViewportSize({ width: 360, height: 500 })
    await page.goto('/keys')
    await page.getByRole('button', { name: 'Create key' }).click()
    const name = page.getByLabel('Name')
    await until(() => name.evaluate((it) => it === document.activeElement), 'the focus')
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 1280, height: 720 })
  })

  test('are made with limits, shown once, changed and revoked', async () => {
    await page.goto('/keys')
    await page.getByRole('button', { name: 'Create key' }).click()
    await page.getByLabel('Name').fill('home assistant')
    await page.getByLabel('models:read').check()
    await page.getByLabel('Requests a minute').fill('60')
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
    const key = (await page.getByLabel('The new key', { exact: true }).textContent()) ?? ''
    expect(key).toMatch(/^rnl_[\w-]{43}$/)
    const headers = { authorization: `Bearer ${key}` }
    const works = await fetch(`${server.url}/v1/models`, { headers })
    expect(works.headers.get('ratelimit-limit')).toBe('60')
    await page.getByRole('button', { name: 'Done' }).click()
    expect(await page.content()).not.toContain(key)

    await row('home assistant').getByText('60 req/min').waitFor()
    await choose('Options for “home assistant”', 'Rename or limit')
    await page.getByLabel('Tokens a day').fill('5000')
    await page.getByRole('button', { name: 'Save' }).click()
    await row('home assistant').getByText('of 5k tok today').waitFor()

    await choose('Options for “home assistant”', 'Revoke')
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await row('home assistant').getByText('revoked', { exact: true }).waitFor()
    expect((await fetch(`${server.url}/v1/models`, { headers })).status).toBe(401)
  })
})

describe('people', () => {
  let guest: BrowserContext
  let guestPage: Page

  test('come by a link that is made for them, and see what is theirs', async () => {
    await page.goto('/people')
    await page.getByRole('button', { name: 'Invite' }).click()
    await page.getByLabel('Email').fill('grace@example.org')
    await page.getByRole('button', { name: 'Make link' }).click()
    const link = (await page.getByLabel('The link', { exact: true }).textContent()) ?? ''
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('a new account').waitFor()

    guest = await browser.newContext({ baseURL: server.url })
    guestPage = await guest.newPage()
    await guestPage.goto(link)
    expect(await axeViolations(guestPage)).toEqual([])
    await guestPage.getByLabel('Name').fill('Grace')
    await guestPage.getByLabel('Password').fill(PASSWORD)
    await guestPage.getByRole('button', { name: 'Create account' }).click()
    await guestPage.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(await guestPage.getByRole('link', { name: 'People' }).count()).toBe(0)
    await guestPage.goto('/people')
    await guestPage.getByText('Only admins see this page.').waitFor()
    await guestPage.goto(link)
    await guestPage.getByRole('heading', { name: 'This link is not valid any more.' }).waitFor()
    expect(await axeViolations(guestPage)).toEqual([])
  })

  test('who wrote their address into an open link are vouched for by an admin, once', async () => {
    const make = (path: string, body: object) =>
      server.json<{ url: string }>(path, { method: 'POST', body: JSON.stringify(body) })
    const { url } = await make('/api/invites', { role: 'user' })
    const token = new URL(url).searchParams.get('token')
    const somebody = { email: 'ida@example.org', name: 'Ida', password: PASSWORD }
    await make('/api/invites/accept', { token, ...somebody })
    await page.goto('/people')
    await choose('Options for “Ida”', 'Confirm email address')
    await page.getByText('ida@example.org is confirmed.').waitFor()
    await page.getByRole('button', { name: 'Options for “Ida”' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).waitFor()
    expect(await page.getByRole('menuitem', { name: 'Confirm email address' }).count()).toBe(0)
    await page.keyboard.press('Escape')
  })

  test('whose sessions an admin ends are told so where they are, and led to sign in', async () => {
    await guestPage.goto('/keys')
    await guestPage.getByText('live', { exact: true }).filter({ visible: true }).waitFor()
    await page.reload()
    await choose('Options for “Grace”', 'Sign out everywhere')
    await guestPage.getByText('Your session has ended.').waitFor()
    await guestPage.getByRole('link', { name: 'Sign in again' }).click()
    await guestPage.getByLabel('Email').fill('grace@example.org')
    await guestPage.getByLabel('Password').fill(PASSWORD)
    await guestPage.getByRole('button', { name: 'Sign in' }).click()
    await guestPage.waitForURL(/\/keys$/)
  })

  test('whose account is closed are out at once, and told so by the sign-in page', async () => {
    await guestPage.goto('/keys')
    await page.reload()
    await choose('Options for “Grace”', 'Disable account')
    await page.getByRole('dialog').getByRole('button', { name: 'Disable account' }).click()
    await row('grace@example.org').getByText('closed').waitFor()
    await guestPage.goto('/keys')
    await guestPage.waitForURL(/\/sign-in/)
    await guestPage.getByLabel('Email').fill('grace@example.org')
    await guestPage.getByLabel('Password').fill(PASSWORD)
    await guestPage.getByRole('button', { name: 'Sign in' }).click()
    await guestPage.getByText('The email or the password is not right.').waitFor()
    await guest.close()
  })

  test('never send a password by an address: the form waits for the script of its page', async () => {
    const unscripted = await browser.newContext({ javaScriptEnabled: false })
    const form = await unscripted.newPage()
    await form.goto(`${server.url}/sign-in`)
    expect(await form.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true)
    await unscripted.close()
  })

  test('change their own password, and see where they are signed in', async () => {
    await page.goto('/account')
    await page.getByText('this one').waitFor()
    await page.getByLabel('Current password').fill('not the one')
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('The current password is not right.').waitFor()
    await page.getByLabel('Current password').fill(ADMIN.password)
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Your password is changed.').waitFor()
  })
})

test('a fault of the server is shown with the id that finds it in the log', async () => {
  const error = { message: 'A fault.', code: 'internal_error', hint: 'Under this request id.' }
  await page.route('**/api/people', (route) =>
    route.fulfill({ status: 500, headers: { 'x-request-id': 'req_42' }, json: { error } }),
  )
  await page.goto('/people')
  await page.getByText('The log has the cause under the request id req_42.').waitFor()
  await page.unroute('**/api/people')
})

test('activity tells what was done, and narrows to what is asked', async () => {
  await page.goto('/activity')
  await page.getByText('revoked the key').waitFor()
  await page.getByText('invited').first().waitFor()
  await page.getByLabel('Search in activity').fill('grace')
  await page.getByText('revoked the key').waitFor({ state: 'detached' })
  await page.getByText('changed the account of').waitFor()
})

test('axe finds nothing on the pages, in both themes', async () => {
  for (const path of ['/keys', '/people', '/activity', '/account']) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await until(async () => (await page.getByLabel(/^Reading/).count()) === 0, 'the lists')
    expect(await axeViolationsInBothThemes(page), path).toEqual([])
  }
})

describe('a page of another origin', () => {
  test('reads nothing, with the cookie of the browser or without', async () => {
    const tab = await context.newPage()
    await tab.goto(unnamed.origin)
    const outcomes = await tab.evaluate(async (url) => {
      const read = (init?: RequestInit) =>
        fetch(`${url}/v1/models`, init).then(
          () => 'read',
          () => 'refused',
        )
      return [await read(), await read({ credentials: 'include' })]
    }, server.url)
    expect(outcomes).toEqual(['refused', 'refused'])
    await tab.close()
  })

  test('that is named reads a stream with a ticket, once', async () => {
    const { ticket } = await server.json<{ ticket: string }>('/v1/tickets', {
      method: 'POST',
      body: JSON.stringify({ path: '/v1/models/download/progress' }),
    })
    const tab = await context.newPage()
    await tab.goto(named.origin)
    const outcomes = await tab.evaluate(async (address) => {
      const open = () =>
        new Promise<string>((resolve) => {
          const source = new EventSource(address)
          source.onopen = () => resolve('open')
          source.onerror = () => {
            source.close()
            resolve('refused')
          }
        })
      return [await open(), await open()]
    }, `${server.url}/v1/models/download/progress?ticket=${ticket}`)
    expect(outcomes).toEqual(['open', 'refused'])
    await tab.close()
  })
})

test('no page complained, its content security policy included', () => {
  const own = complaints.filter((text) => !/status of (?:40[13]|500)|CORS|ERR_FAILED/.test(text))
  expect(own).toEqual([])
})
