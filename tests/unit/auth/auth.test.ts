import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'next-auth/jwt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ApiKeys } from '@/lib/auth/api-keys'
import { Authenticator, MetricsToken } from '@/lib/auth/authenticator'
import { OriginPolicy } from '@/lib/auth/policies'
import { Revocations } from '@/lib/auth/revocations'
import { SESSION_COOKIE, Sessions } from '@/lib/auth/sessions'
import { SetUp } from '@/lib/auth/set-up'
import { Tickets } from '@/lib/auth/tickets'
import { Users } from '@/lib/auth/users'
import { type Db, openDatabase } from '@/lib/platform/db/open'

const SECRET = 'a secret for tests, long enough'
const ADMIN = { email: 'Ada@Example.org', name: 'Ada', password: 'correct horse battery' }

let dir: string
let db: Db
let users: Users
let sessions: Sessions
let keys: ApiKeys
let authenticator: Authenticator

const noAudit = async () => {}
const createAdmin = () => {
  const setUp = new SetUp(db, users)
  return setUp.createAdmin(setUp.token, ADMIN, noAudit)
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'runnel-auth-'))
  db = await openDatabase(dir)
  users = new Users(db)
  const revocations = new Revocations()
  sessions = new Sessions(db, revocations)
  keys = new ApiKeys(db, 'key-from-the-environment')
  authenticator = new Authenticator({
    keys,
    sessions,
    tickets: new Tickets(revocations),
    metricsToken: new MetricsToken(undefined),
    origins: new OriginPolicy(undefined, []),
    secret: SECRET,
  })
})
afterEach(async () => {
  await db.destroy()
  rmSync(dir, { recursive: true, force: true })
})

const request = (headers: Record<string, string>, method = 'GET') =>
  new Request('http://127.0.0.1:3000/v1/models', { method, headers })
const bearer = (key: string) => request({ authorization: `Bearer ${key}` })

describe('set-up', () => {
  test('the link makes one admin, who takes over the first key, and then is closed', async () => {
    const key = await keys.create({ userId: null, name: 'First key', scopes: ['admin'] })
    const setUp = new SetUp(db, users)
    expect(await setUp.isOpen()).toBe(true)
    const admin = await setUp.createAdmin(setUp.token, ADMIN, noAudit)
    expect(admin).toMatchObject({ email: 'ada@example.org', role: 'admin' })
    expect((await keys.verify(key))?.userId).toBe(admin.id)
    expect(await setUp.isOpen()).toBe(false)
    await expect(setUp.createAdmin(setUp.token, ADMIN, noAudit)).rejects.toMatchObject({
      code: 'already_set_up',
    })
  })

  test('a wrong token makes nothing, whatever its length', async () => {
    const setUp = new SetUp(db, users)
    for (const token of ['', 'x', `${setUp.token.slice(0, -1)}!`, `${setUp.token}x`])
      await expect(setUp.createAdmin(token, ADMIN, noAudit)).rejects.toMatchObject({ status: 403 })
    expect(await users.exist()).toBe(false)
  })

  test('of two that arrive at once, one wins', async () => {
    const setUp = new SetUp(db, users)
    const results = await Promise.allSettled([
      setUp.createAdmin(setUp.token, ADMIN, noAudit),
      setUp.createAdmin(setUp.token, { ...ADMIN, email: 'eve@example.org' }, noAudit),
    ])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('passwords', () => {
  test('the right one opens the account, in whatever case the email is', async () => {
    await createAdmin()
    expect((await users.verify(' ADA@example.ORG', ADMIN.password))?.name).toBe('Ada')
    expect(await users.verify('ada@example.org', 'wrong')).toBeNull()
    expect(await users.verify('nobody@example.org', ADMIN.password)).toBeNull()
  })

  test('they are stored as argon2id, and a disabled account is closed', async () => {
    const { id } = await createAdmin()
    expect((await users.get(id))?.password_hash).toMatch(/^\$argon2id\$/)
    await db.updateTable('users').set({ disabled: 1 }).execute()
    expect(await users.verify(ADMIN.email, ADMIN.password)).toBeNull()
  })
})

describe('keys', () => {
  test('nothing that is stored gives the key back', async () => {
    const key = await keys.create({ userId: null, name: 'k', scopes: ['infer'] })
    const rows = JSON.stringify(await db.selectFrom('api_keys').selectAll().execute())
    expect(rows).not.toContain(key)
    expect(Buffer.from(key.slice(4), 'base64url')).toHaveLength(32)
  })

  test('a revoked, an expired, and an unknown key do not open anything', async () => {
    const key = await keys.create({ userId: null, name: 'k', scopes: ['infer'] })
    expect(await keys.verify(key)).not.toBeNull()
    await db
      .updateTable('api_keys')
      .set({ expires_at: Date.now() - 1 })
      .execute()
    expect(await keys.verify(key)).toBeNull()
    await db.updateTable('api_keys').set({ expires_at: null, revoked_at: Date.now() }).execute()
    expect(await keys.verify(key)).toBeNull()
    expect(await keys.verify('rnl_unknown')).toBeNull()
  })

  test('a key reaches as far as its scopes', async () => {
    const key = await keys.create({ userId: null, name: 'k', scopes: ['infer'] })
    expect((await authenticator.authenticate(bearer(key), 'infer')).via).toBe('key')
    await expect(authenticator.authenticate(bearer(key), 'models:write')).rejects.toMatchObject({
      status: 403,
      code: 'insufficient_scope',
    })
    await expect(authenticator.authenticate(bearer(key), 'session')).rejects.toMatchObject({
      status: 403,
    })
  })

  test('the key of the environment is an admin, as Bearer and as X-Api-Key', async () => {
    const caller = await authenticator.authenticate(bearer('key-from-the-environment'), 'admin')
    expect(caller).toMatchObject({ role: 'admin', userId: null })
    const other = request({ 'x-api-key': 'key-from-the-environment' })
    expect((await authenticator.authenticate(other, 'models:write')).role).toBe('admin')
  })

  test('no credential and a wrong one are told apart, both with 401', async () => {
    await expect(authenticator.authenticate(request({}), 'infer')).rejects.toMatchObject({
      code: 'missing_credentials',
      status: 401,
    })
    await expect(authenticator.authenticate(bearer('wrong'), 'infer')).rejects.toMatchObject({
      code: 'invalid_api_key',
      status: 401,
    })
    expect((await authenticator.authenticate(request({}), 'public')).role).toBe('anonymous')
  })
})

describe('sessions', () => {
  async function cookieOf(secret = SECRET): Promise<string> {
    const user = await createAdmin()
    const sid = await sessions.create(user.id)
    return `other=1; ${SESSION_COOKIE}=${await encode({ token: { sub: user.id, sid }, secret })}`
  }

  test('a signed cookie is its user, until the session is ended', async () => {
    const cookie = await cookieOf()
    expect(await authenticator.authenticate(request({ cookie }), 'session')).toMatchObject({
      role: 'admin',
      via: 'session',
    })
    await db.deleteFrom('sessions').execute()
    await expect(authenticator.authenticate(request({ cookie }), 'session')).rejects.toMatchObject({
      status: 401,
    })
  })

  test('a cookie signed with another secret, or damaged, is nobody', async () => {
    for (const cookie of [await cookieOf('another secret'), `${SESSION_COOKIE}=garbage`])
      await expect(authenticator.authenticate(request({ cookie }), 'member')).rejects.toMatchObject(
        {
          status: 401,
        },
      )
  })

  test('a change needs the Origin of this server', async () => {
    const cookie = await cookieOf()
    const post = (headers: Record<string, string>) =>
      authenticator.authenticate(
        request({ cookie, host: '127.0.0.1:3000', ...headers }, 'POST'),
        'infer',
      )
    await expect(post({})).rejects.toMatchObject({ code: 'wrong_origin' })
    await expect(post({ origin: 'http://evil.example' })).rejects.toMatchObject({ status: 403 })
    await expect(post({ origin: 'null' })).rejects.toMatchObject({ status: 403 })
    expect((await post({ origin: 'http://127.0.0.1:3000' })).via).toBe('session')
  })
})
