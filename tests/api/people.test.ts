import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BrowserSession } from '../support/browser-session'
import { ADMIN_EMAIL, addPerson, makeKey, PASSWORD, personId, setUpAdmin } from '../support/people'
import { startServer, type TestServer } from '../support/server'
import { openStream } from '../support/sse-reader'
import { until } from '../support/until'

let server: TestServer
let admin: BrowserSession
beforeAll(async () => {
  server = await startServer()
  admin = await setUpAdmin(server)
})
afterAll(() => server.dispose())

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const tokenOf = (url: string) => new URL(url).searchParams.get('token') ?? ''

async function invite(body: object): Promise<{ id: string; url: string }> {
  return (await admin.send('POST', '/api/invites', body)).json()
}

const accept = (token: string, more: object) =>
  new BrowserSession(server.url).send('POST', '/api/invites/accept', {
    token,
    password: PASSWORD,
    ...more,
  })

describe('an invite', () => {
  test('makes one account, with the address and role that it was made for', async () => {
    const { url } = await invite({ email: 'New@Example.org', role: 'user' })
    const made = await accept(tokenOf(url), { name: 'New', email: 'other@example.org' })
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({ email: 'new@example.org', name: 'New' })
    expect((await accept(tokenOf(url), { name: 'Again' })).status).toBe(403)
    const session = new BrowserSession(server.url)
    await session.signIn('new@example.org', PASSWORD)
    expect((await (await session.fetch('/api/account')).json()).role).toBe('user')
  })

  test('is won by one of two that use it at once', async () => {
    const { url } = await invite({})
    const statuses = await Promise.all(
      ['one', 'two'].map(
        async (name) => (await accept(tokenOf(url), { name, email: `${name}@example.org` })).status,
      ),
    )
    expect(statuses.sort()).toEqual([201, 403])
  })

  test('stays good when the address is taken, and opens nothing once taken back', async () => {
    const { id, url } = await invite({})
    const taken = await accept(tokenOf(url), { name: 'x', email: ADMIN_EMAIL })
    expect(taken.status).toBe(409)
    expect((await admin.send('DELETE', `/api/invites/${id}`)).status).toBe(204)
    expect((await accept(tokenOf(url), { name: 'x', email: 'x@example.org' })).status).toBe(403)
  })

  test('is not made for an address that has an account: nobody could use it', async () => {
    const response = await admin.send('POST', '/api/invites', { email: ADMIN_EMAIL.toUpperCase() })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ error: { code: 'email_taken', param: 'email' } })
  })

  test('is listed without what opens it', async () => {
    const { url } = await invite({ email: 'listed@example.org' })
    const text = await (await admin.fetch('/api/invites')).text()
    expect(text).toContain('listed@example.org')
    expect(text).not.toContain(tokenOf(url))
    expect(text).not.toMatch(/hash/)
  })
})

describe('an account', () => {
  test('that is closed ends its streams, sessions and keys, and comes back when opened', async () => {
    const person = await addPerson(server, 'closing@example.org')
    const id = await personId(server, 'closing@example.org')
    const { key } = await makeKey(person, { scopes: ['models:read'] })
    const streams = [
      await openStream(server, { cookie: person.cookie }),
      await openStream(server, bearer(key)),
    ]
    await until(() => streams.every(({ text }) => text.includes('retry:')))
    await admin.send('PATCH', `/api/people/${id}`, { disabled: true })
    await until(() => streams.every(({ ended }) => ended), 'the streams to end')
    expect((await person.fetch('/api/account')).status).toBe(401)
    expect((await server.fetch('/v1/models', { headers: bearer(key) })).status).toBe(401)
    const again = new BrowserSession(server.url)
    await again.signIn('closing@example.org', PASSWORD)
    expect(again.isSignedIn).toBe(false)

    await admin.send('PATCH', `/api/people/${id}`, { disabled: false })
    await again.signIn('closing@example.org', PASSWORD)
    expect(again.isSignedIn).toBe(true)
    expect((await server.fetch('/v1/models', { headers: bearer(key) })).status).toBe(200)
  })

  test('that is no admin any more loses it at once, in its keys too', async () => {
    const person = await addPerson(server, 'demoted@example.org', 'admin')
    const { key } = await makeKey(person, { scopes: ['admin'] })
    const id = await personId(server, 'demoted@example.org')
    expect((await person.fetch('/api/people')).status).toBe(200)
    await admin.send('PATCH', `/api/people/${id}`, { role: 'user' })
    expect((await person.fetch('/api/people')).status).toBe(403)
    expect((await server.fetch('/api/people', { headers: bearer(key) })).status).toBe(403)
  })

  test('that is deleted takes its keys along', async () => {
    const person = await addPerson(server, 'deleted@example.org')
    const { key } = await makeKey(person, { scopes: ['models:read'] })
    const id = await personId(server, 'deleted@example.org')
    expect((await admin.send('DELETE', `/api/people/${id}`)).status).toBe(204)
    expect((await person.fetch('/api/account')).status).toBe(401)
    expect((await server.fetch('/v1/models', { headers: bearer(key) })).status).toBe(401)
  })

  test('of the last admin stays an open admin’s', async () => {
    const id = await personId(server, ADMIN_EMAIL)
    for (const change of [{ role: 'user' }, { disabled: true }]) {
      const response = await admin.send('PATCH', `/api/people/${id}`, change)
      expect(await response.json()).toMatchObject({ error: { code: 'last_admin' } })
    }
    expect((await admin.send('DELETE', `/api/people/${id}`)).status).toBe(409)
  })
})

describe('a password', () => {
  test('changes with the present one only, and ends the other sessions', async () => {
    const person = await addPerson(server, 'changes@example.org')
    const other = new BrowserSession(server.url)
    await other.signIn('changes@example.org', PASSWORD)
    const change = (current: string, next: string) =>
      person.send('POST', '/api/account/password', { current, next })
    expect((await change('wrong wrong wrong', 'another horse battery')).status).toBe(403)
    expect((await change(PASSWORD, 'short')).status).toBe(400)
    expect((await change(PASSWORD, 'another horse battery')).status).toBe(204)
    expect((await other.fetch('/api/account')).status).toBe(401)
    expect((await person.fetch('/api/account')).status).toBe(200)
    const fresh = new BrowserSession(server.url)
    await fresh.signIn('changes@example.org', 'another horse battery')
    expect(fresh.isSignedIn).toBe(true)
  })

  test('can be chosen anew by a link from an admin, once, which ends all sessions', async () => {
    const person = await addPerson(server, 'forgets@example.org')
    const id = await personId(server, 'forgets@example.org')
    const { url } = await (await admin.send('POST', `/api/people/${id}/reset-link`)).json()
    const used = await accept(tokenOf(url), { password: 'a brand new password' })
    expect(await used.json()).toMatchObject({ email: 'forgets@example.org' })
    expect((await accept(tokenOf(url), { password: 'a brand new password' })).status).toBe(403)
    expect((await person.fetch('/api/account')).status).toBe(401)
  })

  test('ends the links to a new one that were not used', async () => {
    const person = await addPerson(server, 'worries@example.org')
    const id = await personId(server, 'worries@example.org')
    const link = async () =>
      tokenOf((await (await admin.send('POST', `/api/people/${id}/reset-link`)).json()).url)
    const lost = await link()
    const next = 'another horse battery'
    const change = { current: PASSWORD, next }
    expect((await person.send('POST', '/api/account/password', change)).status).toBe(204)
    expect((await accept(lost, { password: 'of the finder' })).status).toBe(403)
    const [first, second] = [await link(), await link()]
    expect((await accept(first, { password: 'a brand new password' })).status).toBe(201)
    expect((await accept(second, { password: 'of the finder' })).status).toBe(403)
  })
})

test('sessions are listed and ended one by one, never somebody else’s', async () => {
  const person = await addPerson(server, 'sessions@example.org')
  const other = new BrowserSession(server.url)
  await other.signIn('sessions@example.org', PASSWORD)
  const list = async () => (await (await person.fetch('/api/sessions')).json()).sessions
  const elsewhere = (await list()).find((session: { current: boolean }) => !session.current)
  expect(elsewhere.address).toBe('127.0.0.1')
  expect((await admin.send('DELETE', `/api/sessions/${elsewhere.id}`)).status).toBe(404)
  expect((await person.send('DELETE', `/api/sessions/${elsewhere.id}`)).status).toBe(204)
  expect((await other.fetch('/api/account')).status).toBe(401)
  expect(await list()).toHaveLength(1)
})

test('nobody reads, stops or writes what is somebody else’s', async () => {
  const mine = await addPerson(server, 'mine@example.org')
  const thief = await addPerson(server, 'thief@example.org')
  const started = await mine.send('POST', '/v1/infer', {
    prompt: 'Once upon a time',
    max_tokens: 400,
    stream: true,
  })
  const generation = started.headers.get('x-generation-id')
  expect(generation).toBeTruthy()
  for (const [method, path] of [
    ['GET', `/v1/generations/${generation}`],
    ['GET', `/v1/generations/${generation}/stream`],
    ['DELETE', `/v1/generations/${generation}`],
    // A cursor is an id that was seen in somebody's stream: it opens nothing either.
    ['GET', `/v1/infer?prompt=x&stream=true&last_event_id=${generation}.1`],
  ] as const)
    expect((await thief.send(method, path)).status, path).toBe(404)
  expect((await mine.fetch(`/v1/generations/${generation}`)).status).toBe(200)
  await started.body?.cancel()

  const made = await mine.send('POST', '/api/chat/conversations', {
    content: 'A secret',
    model: 'storyteller',
  })
  const conversation = await made.json()
  const path = `/api/chat/conversations/${conversation.id}`
  for (const [method, at, body] of [
    ['GET', path, undefined],
    ['PATCH', path, { title: 'Mine now' }],
    ['DELETE', path, undefined],
    ['GET', `${path}/export`, undefined],
    ['POST', `${path}/messages`, { content: 'Hello' }],
  ] as const)
    expect((await thief.send(method, at, body)).status, `${method} ${at}`).toBe(404)
  const { conversations } = await (await thief.fetch('/api/chat/conversations?q=secret')).json()
  expect(conversations).toEqual([])
})

describe('the audit trail', () => {
  test('tells who signed in, invited, made a key, changed a limit, downloaded', async () => {
    const { id } = await makeKey(admin, { scopes: ['infer'], name: 'audited' })
    await admin.send('PATCH', `/api/keys/${id}`, { tokens_per_day: 5 })
    await admin.send('POST', '/v1/models/download', { model_ref: 'builtin:storyteller' })
    const { entries } = await (await admin.fetch('/api/audit?limit=500')).json()
    const actions = new Set(entries.map((entry: { action: string }) => entry.action))
    for (const action of [
      'account.set-up',
      'session.start',
      'invite.create',
      'invite.accept',
      'key.create',
      'key.update',
      'download.start',
    ])
      expect(actions, action).toContain(action)
    expect(
      entries.find((entry: { action: string }) => entry.action === 'key.update'),
    ).toMatchObject({
      actor: ADMIN_EMAIL,
      address: '127.0.0.1',
      target: 'audited',
      details: { tokens_per_day: 5 },
    })
  })

  test('is filtered, paged without gap or double, and exported as CSV and JSON', async () => {
    const page = async (query: string) => (await admin.fetch(`/api/audit?${query}`)).json()
    const all = (await page('limit=500')).entries.map((entry: { id: string }) => entry.id)
    const paged: string[] = []
    for (let before = ''; ; ) {
      const { entries, next } = await page(`limit=7${before && `&before=${before}`}`)
      paged.push(...entries.map((entry: { id: string }) => entry.id))
      if (!next) break
      before = next
    }
    expect(paged).toEqual(all)
    const keys = (await page('action=key.&q=audited')).entries
    expect(keys.every((entry: { action: string }) => entry.action.startsWith('key.'))).toBe(true)

    await makeKey(admin, { scopes: ['infer'], name: '=cmd|"calc"' })
    const csv = await admin.fetch('/api/audit/export?format=csv')
    expect(csv.headers.get('content-disposition')).toContain('runnel-activity.csv')
    const text = await csv.text()
    expect(text.split('\r\n')[0]).toBe('at,actor,address,action,target,details')
    expect(text).toContain(`"'=cmd|""calc"""`)
    const json = await (await admin.fetch('/api/audit/export?format=json')).json()
    expect(json.length).toBe(all.length + 1)
  })
})
