import { fork } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DatabaseError, lockDataDirectory, openDatabase } from '@/lib/platform/db/open'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runnel-db-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a database keeps its rows over a second opening, in WAL mode', async () => {
  const first = await openDatabase(dir)
  await first.insertInto('settings').values({ key: 'a', value: '1' }).execute()
  await first.destroy()
  const second = await openDatabase(dir)
  expect(await second.selectFrom('settings').selectAll().execute()).toEqual([
    { key: 'a', value: '1' },
  ])
  await second.destroy()
})

test('a database of before thoughts is brought up to date, and leaves to models what nobody chose', async () => {
  const before = await openDatabase(dir)
  await sql`alter table messages drop column reasoning`.execute(before)
  await sql`alter table messages drop column thinking_ms`.execute(before)
  await sql`delete from kysely_migration where name = '005-thoughts'`.execute(before)
  await before
    .insertInto('users')
    .values({ id: 'anne', email: 'anne@example.org', name: 'Anne', role: 'user', created_at: 0 })
    .execute()
  const kept = { system_prompt: 'Be brief.', seed: null, max_tokens: null }
  const settings = [
    { temperature: 0.8, top_p: 0.95, top_k: 40, min_p: 0.05, ...kept },
    { temperature: 0, top_p: 0.95, top_k: 0, min_p: 0.05, ...kept },
  ]
  for (const [id, each] of settings.entries())
    await sql`insert into conversations (id, user_id, title, settings_json, created_at, updated_at)
      values (${String(id)}, 'anne', 'A fox', ${JSON.stringify(each)}, 0, 0)`.execute(before)
  await sql`insert into messages (id, conversation_id, role, content, status, created_at)
    values ('m', '0', 'assistant', 'Once', 'complete', 0)`.execute(before)
  await before.destroy()

  const after = await openDatabase(dir)
  const rows = await after
    .selectFrom('conversations')
    .select('settings_json')
    .orderBy('id')
    .execute()
  expect(rows.map(({ settings_json }) => JSON.parse(settings_json))).toEqual([
    { temperature: null, top_p: null, top_k: null, min_p: null, ...kept },
    { temperature: 0, top_p: null, top_k: 0, min_p: null, ...kept },
  ])
  expect(await after.selectFrom('messages').selectAll().execute()).toMatchObject([
    { content: 'Once', reasoning: '', thinking_ms: null },
  ])
  await after.destroy()
})

test('a database that was closed is whole in its one file, which is what a backup copies', async () => {
  const db = await openDatabase(dir)
  await db.insertInto('settings').values({ key: 'a', value: '1' }).execute()
  await db.destroy()
  const backup = join(dir, 'backup')
  mkdirSync(backup)
  copyFileSync(join(dir, 'runnel.db'), join(backup, 'runnel.db'))
  const restored = await openDatabase(backup)
  expect(await restored.selectFrom('settings').selectAll().execute()).toEqual([
    { key: 'a', value: '1' },
  ])
  await restored.destroy()
})

test('a database is readable by its owner only, with all its files', async () => {
  const db = await openDatabase(dir)
  for (const name of ['runnel.db', 'runnel.db-wal', 'runnel.db-shm'])
    expect(statSync(join(dir, name)).mode & 0o777, name).toBe(0o600)
  await db.destroy()
})

test('a database of a newer version, and one that is damaged, are one sentence that says what to do', async () => {
  const path = join(dir, 'runnel.db')
  const db = await openDatabase(dir)
  await sql`INSERT INTO kysely_migration VALUES ('999-future', '2030-01-01T00:00:00.000Z')`.execute(
    db,
  )
  await db.destroy()
  await expect(openDatabase(dir)).rejects.toThrow(
    new DatabaseError(
      `The database ${path} was written by a newer version of Runnel: start that version, or restore the backup from before it.`,
    ),
  )
  const other = mkdtempSync(join(dir, 'other-'))
  writeFileSync(join(other, 'runnel.db'), 'not a database '.repeat(1000))
  await expect(openDatabase(other)).rejects.toThrow(/runnel\.db is damaged, or is none: restore/)
})

test('deleting a user deletes what belongs to it', async () => {
  const db = await openDatabase(dir)
  const user = {
    id: 'u',
    email: 'a@b',
    name: 'A',
    role: 'user' as const,
    password_hash: null,
    created_at: 1,
  }
  await db.insertInto('users').values(user).execute()
  await db
    .insertInto('sessions')
    .values({
      id: 's',
      user_id: 'u',
      created_at: 1,
      expires_at: 2,
      last_used_at: 1,
      user_agent: null,
    })
    .execute()
  await db.deleteFrom('users').execute()
  expect(await db.selectFrom('sessions').selectAll().execute()).toEqual([])
  await db.destroy()
})

test('only one server holds a data directory, and the next one gets it after a kill -9', async () => {
  const script = join(dir, 'holder.cjs')
  writeFileSync(
    script,
    `const db = new (require(${JSON.stringify(require.resolve('libsql'))}))(${JSON.stringify(join(dir, 'runnel.lock'))});
     db.pragma('locking_mode = EXCLUSIVE'); db.exec('BEGIN EXCLUSIVE'); db.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER)');
     process.send('held'); setInterval(() => {}, 1000)`,
  )
  const holder = fork(script)
  await new Promise((resolve) => holder.once('message', resolve))
  expect(lockDataDirectory(dir)).toBeNull()
  const gone = new Promise((resolve) => holder.once('exit', resolve))
  holder.kill('SIGKILL')
  await gone
  const lock = lockDataDirectory(dir)
  expect(lock).not.toBeNull()
  expect(lockDataDirectory(dir)).toBeNull()
  lock?.release()
  lockDataDirectory(dir)?.release()
})
