import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BrowserSession } from '../support/browser-session'
import { ADMIN_EMAIL, addPerson, PASSWORD, setUpAdmin } from '../support/people'
import { startServer, type TestServer } from '../support/server'
import { until } from '../support/until'

let server: TestServer
/** The same, behind one proxy: what it appends to `X-Forwarded-For` is believed. */
let proxied: TestServer
beforeAll(async () => {
  server = await startServer()
  await setUpAdmin(server)
  proxied = await startServer({ env: { RUNNEL_TRUSTED_PROXIES: '1' } })
  await setUpAdmin(proxied)
})
afterAll(() => Promise.all([server.dispose(), proxied.dispose()]))

/** Tries a password from an address, as a proxy in front would tell it. */
async function attempt(at: TestServer, email: string, password: string, address = '192.0.2.1') {
  const session = new BrowserSession(at.url)
  const { csrfToken } = await (await session.fetch('/api/auth/csrf')).json()
  const response = await session.fetch('/api/auth/callback/credentials', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': address,
    },
    body: new URLSearchParams({ email, password, csrfToken, json: 'true' }),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: await response.json(),
    session,
  }
}

/** Guesses until the server asks to wait that many seconds; gives every kind of answer that came. */
async function guessUntilWait(at: TestServer, email: string, seconds: number, address?: string) {
  const kinds = new Set<string>()
  await until(async () => {
    const { status, body, headers } = await attempt(at, email, 'guess number 1', address)
    const wait = headers.get('retry-after')
    kinds.add(JSON.stringify([status, body.error?.code, body.url?.split('?')[1], wait !== null]))
    return Number(wait ?? 0) >= seconds
  }, 'the wait to grow')
  return kinds
}

describe('guessing a password', () => {
  test('is slowed down more and more, also for the right one, and says how long', async () => {
    await addPerson(server, 'victim@example.org')
    const first = await attempt(server, 'victim@example.org', 'guess number 0')
    expect(first.status).toBe(401)
    await guessUntilWait(server, 'victim@example.org', 4)
    const blocked = await attempt(server, 'victim@example.org', PASSWORD)
    expect(blocked.status).toBe(429)
    expect(blocked.session.isSignedIn).toBe(false)
    expect(blocked.body.error.code).toBe('too_many_attempts')
  })

  test('many at once get no further than one after the other', async () => {
    await addPerson(server, 'burst@example.org')
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, guess) =>
        attempt(server, 'burst@example.org', `burst number ${guess}`),
      ),
    )
    // The free ones, and the few that came after a first, short wait.
    expect(results.filter(({ status }) => status === 401).length).toBeLessThan(10)
  })

  test('is the same for an account that does not exist: no answer tells', async () => {
    await addPerson(proxied, 'known@example.org')
    const known = await guessUntilWait(proxied, 'known@example.org', 1, '192.0.2.10')
    const unknown = await guessUntilWait(proxied, 'unknown@example.org', 1, '192.0.2.11')
    expect(known).toEqual(unknown)
  })

  test('of many accounts is slowed down by the address, and another address is not', async () => {
    const results: number[] = []
    for (let guess = 0; guess < 24; guess++)
      results.push(
        (await attempt(proxied, `spray${guess}@example.org`, 'password1234', '192.0.2.66')).status,
      )
    expect(results).toContain(429)
    const elsewhere = await attempt(proxied, ADMIN_EMAIL, PASSWORD, '192.0.2.67')
    expect(elsewhere.session.isSignedIn).toBe(true)
  })

  test('does not get a new address by writing one', async () => {
    const results: number[] = []
    for (let guess = 0; guess < 24; guess++)
      results.push(
        (await attempt(server, `forge${guess}@example.org`, 'password1234', `198.51.100.${guess}`))
          .status,
      )
    expect(results).toContain(429)
  })
})

test('what was tried is in the audit trail, without the passwords', async () => {
  const { entries } = await proxied.json<{ entries: { actor: string; address: string }[] }>(
    '/api/audit?action=session.refused&limit=500',
  )
  expect(entries.length).toBeGreaterThan(0)
  expect(entries.map(({ address }) => address)).toContain('192.0.2.66')
  expect(JSON.stringify(entries)).not.toContain('password1234')
  expect(proxied.output + server.output).not.toMatch(/password1234|guess number/)
})
