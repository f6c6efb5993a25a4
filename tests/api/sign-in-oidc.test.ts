import { afterAll, beforeAll, expect, test } from 'vitest'
import { BrowserSession } from '../support/browser-session'
import { CLIENT, OidcProvider } from '../support/oidc-provider'
import { ADMIN_EMAIL, setUpAdmin } from '../support/people'
import { startServer, type TestServer } from '../support/server'

const provider = new OidcProvider()
const servers: TestServer[] = []
let closed: TestServer
let open: TestServer

beforeAll(async () => {
  await provider.start()
  closed = await start({})
  open = await start({ RUNNEL_OIDC_SIGN_UP: 'true' })
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.dispose()))
  await provider.stop()
})

async function start(env: Record<string, string>): Promise<TestServer> {
  const server = await startServer({
    env: {
      RUNNEL_OIDC_ISSUER: provider.issuer,
      RUNNEL_OIDC_CLIENT_ID: CLIENT.id,
      RUNNEL_OIDC_CLIENT_SECRET: CLIENT.secret,
      ...env,
    },
  })
  servers.push(server)
  await setUpAdmin(server)
  return server
}

/** Walks the way of a browser: to the provider, and back with its answer. Gives the last redirect. */
async function signIn(server: TestServer, claims: OidcProvider['claims']) {
  provider.claims = claims
  const session = new BrowserSession(server.url)
  const { url } = await (
    await session.submit('/api/auth/signin/oidc', { callbackUrl: '/models' })
  ).json()
  expect(url).toContain(`${provider.issuer}/authorize`)
  const there = await fetch(url, { redirect: 'manual' })
  const back = await session.fetch(there.headers.get('location') ?? '')
  return { session, location: back.headers.get('location') ?? '' }
}

const ADA = { sub: 'ada-1', email: ADMIN_EMAIL, email_verified: true, name: 'Ada' }

test('a verified address leads to its account, and later the subject alone does', async () => {
  const { session, location } = await signIn(closed, ADA)
  expect(location).toBe(`${closed.url}/models`)
  expect(await (await session.fetch('/api/account')).json()).toMatchObject({
    email: ADMIN_EMAIL,
    role: 'admin',
  })
  const renamed = await signIn(closed, { sub: 'ada-1', email: 'new@elsewhere.example' })
  expect((await (await renamed.session.fetch('/api/account')).json()).email).toBe(ADMIN_EMAIL)
})

test('an address that nobody verified, or that has no account, lets nobody in', async () => {
  for (const claims of [
    { sub: 'eve-1', email: ADMIN_EMAIL, email_verified: false },
    { sub: 'eve-2', email: ADMIN_EMAIL },
    { sub: 'eve-3', email: 'eve@example.org', email_verified: true },
    { sub: 'eve-4' },
  ]) {
    const { session, location } = await signIn(closed, claims)
    expect(location).toContain('/sign-in?error=no_account')
    expect(session.isSignedIn).toBe(false)
  }
})

test('RUNNEL_OIDC_SIGN_UP gives newcomers an account, as users', async () => {
  const { session } = await signIn(open, {
    sub: 'new-1',
    email: 'new@example.org',
    email_verified: true,
    name: 'New',
  })
  expect(await (await session.fetch('/api/account')).json()).toMatchObject({
    email: 'new@example.org',
    role: 'user',
    has_password: false,
  })
})

test('a forged or repeated answer of the provider lets nobody in', async () => {
  provider.claims = ADA
  const session = new BrowserSession(closed.url)
  const { url } = await (await session.submit('/api/auth/signin/oidc', {})).json()
  const location = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? ''
  const forged = new URL(location)
  forged.searchParams.set('state', 'forged')
  await session.fetch(forged.href)
  expect(session.isSignedIn).toBe(false)
  const thief = new BrowserSession(closed.url)
  await thief.fetch(location)
  expect(thief.isSignedIn).toBe(false)
  expect(closed.output + open.output).not.toContain(CLIENT.secret)
})
