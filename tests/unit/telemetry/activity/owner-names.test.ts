import { expect, test, vi } from 'vitest'
import type { User } from '@/lib/platform/db/schema'
import { OwnerNames } from '@/lib/telemetry/activity/reports'

function names() {
  const user: User = {
    ...{ id: 'u', email: 'ada@example.org', name: 'Ada', role: 'user', password_hash: null },
    ...{ disabled: 0, email_verified: 1, created_at: 0 },
  }
  const get = vi.fn(async () => user as User | null)
  const problems: unknown[] = []
  let now = 1000
  const owners = new OwnerNames(
    { get },
    (error) => problems.push(error),
    () => now,
  )
  return { user, get, problems, names: owners, pass: (ms: number) => (now += ms) }
}

const settled = () => new Promise(setImmediate)

test('a name is asked for once, and known from then on', async () => {
  const { names: owners, get } = names()
  for (let look = 0; look < 5; look++) expect(owners.nameOf('u')).toBe('API key')
  await settled()
  for (let look = 0; look < 5; look++) expect(owners.nameOf('u')).toBe('Ada')
  expect(get).toHaveBeenCalledOnce()
  expect(owners.nameOf(null)).toBe('API key')
})

test('somebody who is renamed is called so within a minute, and by the old name until then', async () => {
  const { names: owners, user, pass } = names()
  owners.nameOf('u')
  await settled()
  user.name = 'Countess Ada'
  pass(59_000)
  expect(owners.nameOf('u')).toBe('Ada')
  await settled()
  pass(2000)
  expect(owners.nameOf('u')).toBe('Ada')
  await settled()
  expect(owners.nameOf('u')).toBe('Countess Ada')
})

test('a database that does not answer is told of, and asked again', async () => {
  const { names: owners, get, problems } = names()
  get.mockRejectedValueOnce(new Error('busy'))
  expect(owners.nameOf('u')).toBe('API key')
  await settled()
  expect(problems).toHaveLength(1)
  owners.nameOf('u')
  await settled()
  expect(owners.nameOf('u')).toBe('Ada')
})
