import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Db, databaseFile, openDatabase } from '@/lib/platform/db/open'
import { SearchThread } from '@/lib/platform/db/search/search-thread'

const SCRIPT = join(process.cwd(), 'dist/search-worker.mjs')

let dir: string
let db: Db
let search: SearchThread
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'runnel-search-'))
  db = await openDatabase(dir)
  search = new SearchThread(SCRIPT, databaseFile(dir))
})
afterEach(async () => {
  await search.close()
  await db.destroy()
  rmSync(dir, { recursive: true, force: true })
})

const put = (rows: Record<string, string>) =>
  db
    .insertInto('settings')
    .values(Object.entries(rows).map(([key, value]) => ({ key, value })))
    .execute()

/** Searches the settings, two rows in a step. */
const find = (text: string | undefined, limit = 100) =>
  search.find({
    text,
    limit,
    nextPage: (last) =>
      last === null
        ? null
        : db
            .selectFrom('settings')
            .select(['key', 'value'])
            .where('key', '>', last ?? '')
            .orderBy('key')
            .limit(2),
  })

test('it finds what is there now, in order, page by page, up to the limit', async () => {
  await put({ a: 'ÄPFEL', b: 'x', c: 'x', d: 'äpfel und birnen', e: 'Apfel' })
  expect(await find('äpfel')).toEqual(['a', 'd', 'e'])
  expect(await find('äpfel', 2)).toEqual(['a', 'd'])
  expect(await find(undefined)).toEqual(['a', 'b', 'c', 'd', 'e'])
  await put({ f: 'ÄPFEL' })
  expect(await find('äpfel')).toEqual(['a', 'd', 'e', 'f'])
})

test('many at once get an answer of their own, and none keeps the write-ahead log from being emptied', async () => {
  await put(
    Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`k${n}`, `word ${n} ${'x'.repeat(5000)}`]),
    ),
  )
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => find(`WORD ${n} `)))
  expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => [`k${n}`]))
  await sql`pragma wal_checkpoint(TRUNCATE)`.execute(db)
  expect(statSync(`${databaseFile(dir)}-wal`).size).toBe(0)
})

test('a query that is wrong, or writes, fails alone', async () => {
  const bad = (text: string) =>
    search.find({
      text: 'x',
      limit: 1,
      nextPage: () => ({ compile: () => sql.raw(text).compile(db) }),
    })
  await expect(bad('select nonsense')).rejects.toThrow('nonsense')
  await expect(bad("insert into settings values ('w', 'x') returning key")).rejects.toThrow(
    /readonly|read-only|attempt to write/,
  )
  await put({ a: 'here' })
  expect(await find('here')).toEqual(['a'])
})

test('whoever waits is told when it is stopped', async () => {
  await put({ a: 'here' })
  const waiting = find('here')
  const told = expect(waiting).rejects.toThrow('stopped')
  await search.close()
  await told
})
