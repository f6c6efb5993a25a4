import { beforeEach, expect, test } from 'vitest'
import { Account } from '@/lib/auth/account'
import type { AuditWriter } from '@/lib/auth/audit'
import { SignInGuard } from '@/lib/auth/limits/sign-in-guard'
import { SetUp } from '@/lib/auth/set-up'
import type { User } from '@/lib/platform/db/schema'
import { freshAccounts, noAudit, PASSWORD, signedIn } from './support'

const parts = freshAccounts()
let root: User
let other: User
beforeEach(async () => {
  root = await parts().addUser('root@example.org', 'admin')
  other = await parts().addUser('other@example.org', 'admin')
})

/** The audit trail of a full disk: the row of what is done can't be written. */
const full: AuditWriter = async () => {
  throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
}

/** Every row of every table that a person's change can touch. */
async function everything(): Promise<unknown> {
  const { db } = parts()
  return Promise.all(
    (['users', 'sessions', 'api_keys', 'invites', 'identities', 'audit'] as const).map((table) =>
      db.selectFrom(table).selectAll().execute(),
    ),
  )
}

test('what can’t be written down is not done: nothing changes, and no stream ends', async () => {
  const { invites, keyRing, keys, people, sessions, revocations, users, db } = parts()
  const admin = signedIn(root)
  const guard = new SignInGuard()
  const account = new Account(db, users, sessions, guard)
  const invite = { role: 'user', email: null } as const
  const { id: linkId, token } = await invites.create(admin, invite, noAudit)
  const { row } = await keys.createRow({ userId: root.id, name: 'k', scopes: ['infer'] })
  const sid = await sessions.create(root.id)
  await sessions.create(other.id)
  const limits = { requests_per_minute: null, tokens_per_day: null, max_streams: null }
  const newKey = { name: 'x', scopes: ['infer' as const], expires_at: null, ...limits }
  let ended = 0
  for (const id of [root.id, other.id])
    revocations.watch({ userId: id, credential: null }, () => ended++)
  revocations.watch(
    {
      userId: null,
      credential: {
        ...signedIn(root).credential,
        kind: 'session',
        id: sid,
        expiresAt: Date.now() + 1e6,
      },
    },
    () => ended++,
  )
  const before = await everything()
  const changes: Record<string, () => Promise<unknown>> = {
    'a key is made': () => keyRing.create(admin, newKey, full),
    'a key is changed': () => keyRing.update(admin, row.id, { name: 'y' }, full),
    'a key is revoked': () => keyRing.revoke(admin, row.id, full),
    'somebody is closed': () => people.update(other.id, { disabled: true }, full),
    'somebody is deleted': () => people.remove(other.id, full),
    'somebody is signed out': () => people.signOut(other.id, full),
    'somebody is invited': () => invites.create(admin, invite, full),
    'a link is made': () => invites.createReset(admin, other.id, full),
    'a link is taken back': () => invites.remove(linkId, full),
    'a link is used': () =>
      invites.accept({ token, email: 'new@example.org', password: PASSWORD }, full),
    'a session ends': () => account.endSession(admin, sid, full),
    'the others end': () => account.signOutElsewhere(admin, full),
    'a session begins': () => sessions.create(root.id, {}, (tx) => full(tx, {})),
  }
  for (const [name, change] of Object.entries(changes)) {
    await expect(change(), name).rejects.toMatchObject({ code: 'SQLITE_FULL' })
    expect(await everything(), name).toEqual(before)
  }
  expect(ended).toBe(0)
})

test('the first admin is not made half', async () => {
  const { db, users } = parts()
  await db.deleteFrom('users').execute()
  const setUp = new SetUp(db, users)
  const admin = { email: 'ada@example.org', name: 'Ada', password: PASSWORD }
  await expect(setUp.createAdmin(setUp.token, admin, full)).rejects.toMatchObject({
    code: 'SQLITE_FULL',
  })
  expect(await setUp.isOpen()).toBe(true)
})
