import { beforeEach, expect, test } from 'vitest'
import { Identities } from '@/lib/auth/identities'
import type { User } from '@/lib/platform/db/schema'
import { freshAccounts, noAudit, PASSWORD, signedIn } from './support'

const parts = freshAccounts()
let identities: Identities
let root: User
beforeEach(async () => {
  const { db, users, addUser } = parts()
  root = await addUser('root@example.org', 'admin')
  identities = new Identities(db, users, { issuer: 'https://id.example', signUp: true })
})

async function invited(email: string, named: boolean): Promise<User> {
  const { invites } = parts()
  const invite = { role: 'user', email: named ? email : null } as const
  const { token } = await invites.create(signedIn(root), invite, noAudit)
  return invites.accept({ token, email, password: PASSWORD }, noAudit)
}

const signIn = (sub: string, email: string) =>
  identities.signIn({ sub, email, email_verified: true })

test('an address that was written into an open invite leads its owner into nobody’s account', async () => {
  await invited('victim@corp.example', false)
  expect(await signIn('victim', 'victim@corp.example')).toEqual({
    kind: 'refused',
    code: 'unverified_account',
  })
})

test('an address that an admin has named, or vouches for later, leads to its account', async () => {
  const named = await invited('named@corp.example', true)
  expect(await signIn('n', 'named@corp.example')).toMatchObject({ user: { id: named.id } })
  const later = await invited('later@corp.example', false)
  await parts().people.update(later.id, { email_verified: true }, noAudit)
  expect(await signIn('l', 'later@corp.example')).toMatchObject({ user: { id: later.id } })
})

test('an address that the provider has given to somebody else does not open the account of the one before', async () => {
  const bob = await invited('bob@corp.example', true)
  expect(await signIn('bob-1', 'bob@corp.example')).toMatchObject({ user: { id: bob.id } })
  expect(await signIn('bob-2', 'bob@corp.example')).toMatchObject({ code: 'unverified_account' })
  // A provider that has new names for everybody: the admin says that it is the same person.
  await parts().people.update(bob.id, { email_verified: true }, noAudit)
  expect(await signIn('bob-2', 'bob@corp.example')).toMatchObject({ user: { id: bob.id } })
  expect(await identities.userOf('bob-1')).toBeNull()
})

test('a newcomer has a verified address, and of two first sign-ins at once both get the one account', async () => {
  const both = await Promise.all([signIn('new', 'new@x.example'), signIn('new', 'new@x.example')])
  expect(both.map((one) => one.kind)).toContain('user')
  const rows = await parts()
    .db.selectFrom('users')
    .selectAll()
    .where('email', '=', 'new@x.example')
    .execute()
  expect(rows).toHaveLength(1)
  expect(rows[0]?.email_verified).toBe(1)
})
