import { beforeEach, describe, expect, test } from 'vitest'
import { Account } from '@/lib/auth/account'
import type { Caller } from '@/lib/auth/caller'
import type { KeySettings } from '@/lib/auth/key-ring'
import { hashPassword, setPassword } from '@/lib/auth/users'
import type { User } from '@/lib/platform/db/schema'
import { isAppError } from '@/lib/platform/errors'
import { ADMIN_KEY, freshAccounts, noAudit, PASSWORD, signedIn, withKey } from './support'

const parts = freshAccounts()
let root: User
let maker: User
let victim: User
beforeEach(async () => {
  const { addUser } = parts()
  root = await addUser('root@example.org', 'admin')
  maker = await addUser('maker@example.org', 'admin')
  victim = await addUser('victim@example.org', 'admin')
})

/** The role that a link gives, or the code of its refusal. */
async function use(token: string, email?: string): Promise<string> {
  const given = { token, email, password: PASSWORD }
  try {
    return (await parts().invites.accept(given, noAudit)).role
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

/** An invite of an admin and a link for a new password of another, by the same maker. */
async function links(caller: Caller, invites = parts().invites): Promise<[string, string]> {
  const invite = await invites.create(caller, { role: 'admin', email: null }, noAudit)
  const reset = await invites.createReset(caller, victim.id, noAudit)
  return [invite.token, reset.token]
}

const KEY: KeySettings = {
  ...{ name: 'x', scopes: ['infer'], expires_at: null },
  ...{ requests_per_minute: null, tokens_per_day: null, max_streams: null },
}

const ENDS = {
  deleted: () => parts().people.remove(maker.id, noAudit),
  closed: () => parts().people.update(maker.id, { disabled: true }, noAudit),
  demoted: () => parts().people.update(maker.id, { role: 'user' }, noAudit),
}

describe.each(Object.entries(ENDS))('links of an admin who was %s', (_, end) => {
  test('open nothing and are not listed, whether made at the dashboard or with a key', async () => {
    const { invites, keys } = parts()
    const { row } = await keys.createRow({ userId: maker.id, name: 'k', scopes: ['admin'] })
    const caller = signedIn(maker)
    const tokens = [...(await links(caller)), ...(await links(withKey(caller, row.id)))]
    const good = await links(signedIn(root))
    await end()
    for (const token of tokens) expect(await use(token, 'back@example.org')).toBe('invalid_invite')
    expect(await invites.list()).toHaveLength(2)
    expect(await use(good[0], 'new@example.org')).toBe('admin')
  })
})

test('links stay worthless when their maker becomes an admin again', async () => {
  const { people } = parts()
  for (const change of [
    [{ role: 'user' }, { role: 'admin' }],
    [{ disabled: true }, { disabled: false }],
  ] as const) {
    const [token] = await links(signedIn(maker))
    for (const step of change) await people.update(maker.id, step, noAudit)
    expect(await use(token, 'back@example.org')).toBe('invalid_invite')
  }
})

describe('links of a key', () => {
  test('end when it is revoked and when it expires', async () => {
    const { keys, keyRing, db } = parts()
    const caller = signedIn(maker)
    for (const end of [
      (id: string) => keyRing.revoke(caller, id, noAudit),
      (id: string) =>
        db.updateTable('api_keys').set({ expires_at: 1 }).where('id', '=', id).execute(),
    ]) {
      const { row } = await keys.createRow({ userId: maker.id, name: 'k', scopes: ['admin'] })
      const [invite, reset] = await links(withKey(caller, row.id))
      await end(row.id)
      expect(await use(invite, 'back@example.org')).toBe('invalid_invite')
      expect(await use(reset)).toBe('invalid_invite')
    }
  })

  test('of the environment are as good as that key', async () => {
    const caller = withKey({ ...signedIn(maker), userId: null }, 'environment')
    const [invite] = await links(caller)
    const { invitesWith } = parts()
    for (const other of [undefined, 'another key'])
      expect(await invitesWith(other).find(invite)).toBeNull()
    expect(await invitesWith(ADMIN_KEY).find(invite)).not.toBeNull()
    expect(await use(invite, 'new@example.org')).toBe('admin')
  })
})

test('a link for a new password opens no closed account', async () => {
  const [, reset] = await links(signedIn(root))
  await parts().people.update(victim.id, { disabled: true }, noAudit)
  expect(await use(reset)).toBe('invalid_invite')
})

test('a key that is made with a key ends no later than that one', async () => {
  const { keyRing, keys } = parts()
  const end = Date.now() + 60_000
  const { row } = await keys.createRow({ userId: maker.id, name: 'k', scopes: ['admin'] })
  const caller = withKey(signedIn(maker), row.id, end)
  for (const asked of [null, end + 1000, end - 1000]) {
    const settings = { ...KEY, expires_at: asked }
    const made = await keyRing.create(caller, settings, noAudit)
    expect(made.expires_at).toBe(Math.min(asked ?? end, end))
  }
})

describe('while a request of its maker is under way, nothing is made any more', () => {
  test.each([
    ['deleted', 'account_closed', 401],
    ['closed', 'account_closed', 401],
    ['demoted', 'insufficient_scope', 403],
  ] as const)('when they are %s: %s', async (name, code, status) => {
    const caller = signedIn(maker)
    await ENDS[name]()
    await expect(links(caller)).rejects.toMatchObject({ code, status })
    const key = parts().keyRing.create(caller, KEY, noAudit)
    // Somebody who is no admin any more may have keys, and those reach as far as they do.
    if (name === 'demoted') await key
    else await expect(key).rejects.toMatchObject({ code, status })
    expect(await parts().invites.list()).toEqual([])
  })

  test('when their key is revoked', async () => {
    const { keys, keyRing } = parts()
    const { row } = await keys.createRow({ userId: maker.id, name: 'k', scopes: ['admin'] })
    const caller = withKey(signedIn(maker), row.id)
    await keyRing.revoke(caller, row.id, noAudit)
    const refusal = { code: 'key_revoked', status: 401 }
    await expect(links(caller)).rejects.toMatchObject(refusal)
    await expect(keyRing.create(caller, KEY, noAudit)).rejects.toMatchObject(refusal)
  })
})

describe('while a password is compared', () => {
  const refusal = { code: 'account_changed', status: 401 }
  const chosen = async () => {
    const hash = await hashPassword(PASSWORD)
    await setPassword(parts().db, maker.id, hash)
    return hash
  }

  test.each(['deleted', 'closed'] as const)(
    'an account that is %s begins no session',
    async (name) => {
      const passwordHash = await chosen()
      await ENDS[name]()
      const { sessions } = parts()
      await expect(sessions.create(maker.id, { passwordHash })).rejects.toMatchObject(refusal)
      await expect(sessions.create(maker.id)).rejects.toMatchObject(refusal)
      expect(await sessions.list(maker.id)).toEqual([])
    },
  )

  test('who knows the old password only begins no session with it, nor sets another', async () => {
    const passwordHash = await chosen()
    const { db, users, sessions, invites } = parts()
    const { token } = await invites.createReset(signedIn(root), maker.id, noAudit)
    const meanwhile = async () => {
      await invites.accept({ token, password: `new ${PASSWORD}` }, noAudit)
    }
    const guard = { attempt: async () => {}, succeeded: meanwhile }
    const change = new Account(db, users, sessions, guard).changePassword(
      signedIn(maker),
      { current: PASSWORD, next: 'stolen stolen stolen' },
      noAudit,
    )
    await expect(change).rejects.toMatchObject(refusal)
    expect(await users.verify(maker.email, `new ${PASSWORD}`)).not.toBeNull()
    await expect(sessions.create(maker.id, { passwordHash })).rejects.toMatchObject(refusal)
  })
})
