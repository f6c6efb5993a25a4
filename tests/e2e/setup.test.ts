import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeViolations } from '@/tests/support/axe'
import { ADMIN, setUpAdmin, startBrowser } from '@/tests/support/browser'
import { startServer, type TestServer } from '@/tests/support/server'

let browser: Browser
let server: TestServer

beforeAll(async () => {
  browser = await startBrowser()
  server = await startServer()
})
afterAll(async () => {
  await browser?.close()
  await server?.dispose()
})

describe('set-up and sign-in', () => {
  it('leads a stranger to the sign-in page', async () => {
    const page = await browser.newPage()
    await page.goto(`${server.url}/models`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.close()
  })

  it('refuses a link that is not the printed one', async () => {
    const page = await browser.newPage()
    await page.goto(`${server.url}/set-up?token=nonsense`)
    await page.getByText('This set-up link is not valid any more.').waitFor()
    await page.close()
  })

  it('creates the admin through the one-time link, once', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const link = `${server.url}/set-up?token=${server.setUpToken}`
    await setUpAdmin(page, server)
    await page.getByRole('button', { name: ADMIN.name }).waitFor()
    await page.goto(link)
    await page.getByText('Runnel is set up already.').waitFor()
    await context.close()
  })

  it('says that a password is wrong, and lets the right one in to where one was going', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${server.url}/sign-in?next=/models`)
    await page.getByLabel('Email').fill(ADMIN.email)
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The email or the password is not right.').waitFor()
    await page.getByLabel('Password').fill(ADMIN.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/models')
    await context.close()
  })

  it('never goes to another site after signing in', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${server.url}/sign-in?next=//example.org/`)
    await page.getByLabel('Email').fill(ADMIN.email)
    await page.getByLabel('Password').fill(ADMIN.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(new URL(page.url()).origin).toBe(server.url)
    await context.close()
  })
})
