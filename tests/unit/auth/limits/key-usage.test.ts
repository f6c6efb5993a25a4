import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { dayOf, KeyUsage } from '@/lib/auth/limits/key-usage'
import { until } from '@/tests/support/until'
import { freshAccounts } from '../support'

const parts = freshAccounts()

async function usageOfAKey() {
  const { db, keys, addUser } = parts()
  const { id } = await addUser('root@example.org', 'admin')
  const { row } = await keys.createRow({ userId: id, name: 'k', scopes: ['infer'] })
  const errors: unknown[] = []
  const usage = new KeyUsage(db, (error) => errors.push(error))
  const written = async () => {
    const rows = await db.selectFrom('key_usage').select('tokens').execute()
    return rows.reduce((sum, { tokens }) => sum + tokens, 0)
  }
  return { db, usage, key: row.id, errors, written }
}

test('what is spent while the disk is full counts at once, and is written when there is room again', async () => {
  const { db, usage, key, errors, written } = await usageOfAKey()
  const now = Date.now()
  await sql`create trigger full before insert on key_usage
    begin select raise(abort, 'database or disk is full'); end`.execute(db)
  usage.spend(key, 30)
  usage.spend(key, 12)
  await until(() => errors.length > 0)
  expect(await usage.of(key, now)).toBe(42)
  expect(await written()).toBe(0)
  await sql`drop trigger full`.execute(db)
  usage.spend(key, 8)
  await until(async () => (await written()) === 50)
  expect(await usage.of(key, now)).toBe(50)
  expect(errors).toHaveLength(1)
})

test('however many spend at once, each token is written once', async () => {
  const { db, usage, key, errors, written } = await usageOfAKey()
  const now = Date.now()
  for (let tokens = 1; tokens <= 50; tokens++) usage.spend(key, tokens)
  expect(await usage.of(key, now)).toBe(1275)
  await until(async () => (await written()) === 1275)
  await usage.add(key, 5, now)
  expect(await usage.of(key, now)).toBe(1280)
  expect(await db.selectFrom('key_usage').select('day').execute()).toEqual([{ day: dayOf(now) }])
  expect(errors).toEqual([])
})

test('a key that is gone owes nothing', async () => {
  const { db, usage, key, errors, written } = await usageOfAKey()
  await db.deleteFrom('api_keys').execute()
  usage.spend(key, 5)
  await until(async () => (await usage.of(key, Date.now())) === 0)
  expect(await written()).toBe(0)
  expect(errors).toEqual([])
})
