import { expect, test } from 'vitest'
import { freshAccounts, noAudit, signedIn } from './support'

const DAY_MS = 86_400_000
const parts = freshAccounts()

test('sessions, links and keys that have ended go, and those that have not stay', async () => {
  const { db, sessions, invites, keys, keyRing, addUser } = parts()
  const caller = signedIn(await addUser('root@example.org', 'admin'))
  const userId = caller.userId ?? ''
  const names = async () => ({
    sessions: (await db.selectFrom('sessions').select('id').execute()).length,
    invites: (await db.selectFrom('invites').select('id').execute()).length,
    keys: (await db.selectFrom('api_keys').select('name').orderBy('name').execute()).map(
      (key) => key.name,
    ),
  })
  await sessions.create(userId)
  await invites.create(caller, { role: 'user', email: null }, noAudit)
  const now = Date.now()
  await keys.createRow({ userId, name: 'lasting', scopes: ['infer'] })
  await keys.createRow({ userId, name: 'expires', scopes: ['infer'], expiresAt: now })
  const { row } = await keys.createRow({ userId, name: 'revoked', scopes: ['infer'] })
  await keyRing.revoke(caller, row.id, noAudit)
  const prune = async (at: number) => {
    for (const table of [sessions, invites, keys]) await table.prune(at)
    return names()
  }
  const all = ['expires', 'lasting', 'revoked']
  expect(await prune(now)).toEqual({ sessions: 1, invites: 1, keys: all })
  expect(await prune(now + 8 * DAY_MS)).toEqual({ sessions: 1, invites: 0, keys: all })
  expect(await prune(now + 31 * DAY_MS)).toEqual({ sessions: 0, invites: 0, keys: all })
  expect(await prune(now + 91 * DAY_MS)).toEqual({ sessions: 0, invites: 0, keys: ['lasting'] })
})
