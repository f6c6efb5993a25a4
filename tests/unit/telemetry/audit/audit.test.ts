import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Db, openDatabase } from '@/lib/platform/db/open'
import { Audit } from '@/lib/telemetry/audit/audit'
import { toFile } from '@/lib/telemetry/audit/export'
import { searchOn } from '../../../support/text-search'

const DAY_MS = 86_400_000
const ACTOR = { userId: 'u', label: 'ada@example.org', address: '127.0.0.1' }

let dir: string
let db: Db
let now: number
let audit: Audit
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'runnel-audit-'))
  db = await openDatabase(dir)
  now = Date.UTC(2026, 10, 24)
  audit = new Audit(db, { search: searchOn(db), keepDays: 30, now: () => now })
})
afterEach(async () => {
  await db.destroy()
  rmSync(dir, { recursive: true, force: true })
})

const record = (action: string, target = 'x') => audit.record({ action, actor: ACTOR, target })
const actions = async (filter = {}) => (await audit.list(filter, 500)).map((row) => row.action)

test('rows of one millisecond keep the order in which they happened', async () => {
  for (let index = 0; index < 50; index++) await record(`a.${index}`)
  expect(await actions()).toEqual(Array.from({ length: 50 }, (_, index) => `a.${49 - index}`))
})

test('a row older than it may be goes', async () => {
  await record('old')
  now += 30 * DAY_MS
  await record('young')
  await audit.prune(now)
  expect(await actions()).toEqual(['young', 'old'])
  now += 1
  await audit.prune(now)
  expect(await actions()).toEqual(['young'])
})

test('filters mean what they say, and a pattern in them is text', async () => {
  await record('key.create', '100% mine')
  now += 1000
  await record('keyring.open', 'other')
  expect(await actions({ action: 'key.' })).toEqual(['key.create'])
  expect(await actions({ q: '100% m' })).toEqual(['key.create'])
  expect(await actions({ q: '%' })).toEqual(['key.create'])
  expect(await actions({ q: 'ADA@' })).toHaveLength(2)
  expect(await actions({ since: now })).toEqual(['keyring.open'])
  expect(await actions({ until: now })).toEqual(['key.create'])
})

test('a search finds letters of every script in any case, and in every column', async () => {
  await record('key.create', 'Ärger mit Łódź')
  await audit.record({
    action: 'model.delete',
    actor: { userId: 'v', label: 'ŽOFIE', address: '192.0.2.7' },
    target: 'ПРИВЕТ 日本語',
    details: { note: 'STRASSE' },
  })
  for (const q of ['ärger', 'ÄRGER', 'arger', 'łódź', 'RGER MIT'])
    expect(await actions({ q }), q).toEqual(['key.create'])
  for (const q of ['žofie', 'привет', '日', '本語', 'straße', '2.0.2.7', 'model.del'])
    expect(await actions({ q }), q).toEqual(['model.delete'])
  expect(await actions({ q: 'nothing' })).toEqual([])
})

test('a search goes on where the page before it ended, and through more rows than one step has', async () => {
  await db
    .insertInto('audit')
    .values(
      Array.from({ length: 500 }, (_, index) => ({
        ...{ id: String(index).padStart(5, '0'), at: now, actor_id: 'u', actor: 'a' },
        ...{ address: null, action: 'x.y', target: index % 7 === 0 ? 'ŽLUTÝ' : 'x' },
        details_json: '{}',
      })),
    )
    .execute()
  const found: string[] = []
  for (let before: string | undefined; ; ) {
    const page = await audit.list({ q: 'žlutý', action: 'x', before }, 10)
    found.push(...page.map(({ id }) => id))
    if (page.length < 10) break
    before = page.at(-1)?.id
  }
  const all = Array.from({ length: 500 }, (_, index) => String(index).padStart(5, '0'))
  expect(found).toEqual(all.filter((_, index) => index % 7 === 0).reverse())
})

test('the export has every row, however many, and is JSON also when there is none', async () => {
  expect(await toFile(audit.all({}), 'json').json()).toEqual([])
  await db
    .insertInto('audit')
    .values(
      Array.from({ length: 1203 }, (_, index) => ({
        id: String(index).padStart(5, '0'),
        at: now,
        actor_id: null,
        actor: 'a, "b"',
        address: null,
        action: 'x.y',
        target: '=1+1',
        details_json: '{}',
      })),
    )
    .execute()
  expect(await toFile(audit.all({}), 'json').json()).toHaveLength(1203)
  const lines = (await toFile(audit.all({}), 'csv').text()).trimEnd().split('\r\n')
  expect(lines).toHaveLength(1204)
  expect(lines[1]).toBe(`2026-11-24T00:00:00.000Z,"a, ""b""",,x.y,'=1+1,{}`)
})
