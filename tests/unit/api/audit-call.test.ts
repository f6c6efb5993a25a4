import { expect, test, vi } from 'vitest'
import { AuditedCall } from '@/lib/api/audit-call'
import type { AuditEvent } from '@/lib/auth/audit'
import type { Caller } from '@/lib/auth/caller'
import type { Db } from '@/lib/platform/db/open'

const CALLER: Caller = {
  ...{ userId: 'u', role: 'admin', via: 'session', client: 'user:u', scopes: new Set() },
  ...{ credential: null, label: 'ada@example.org', address: '192.0.2.7' },
}
const CALL = { params: { id: 'storyteller' }, body: undefined, result: undefined }

/** A call whose row is written by `record`; what the log was told. */
function call(action: string | undefined, record: (event: AuditEvent, tx?: Db) => Promise<void>) {
  const error = vi.fn()
  const audit = { record }
  return { audited: new AuditedCall(action, CALLER, { audit, logger: { error } }), error }
}

test('a row that can’t be saved after the fact stands whole in the log, and the call succeeds', async () => {
  const full = Object.assign(new Error('full'), { code: 'SQLITE_FULL' })
  const { audited, error } = call('model.unload', () => Promise.reject(full))
  await audited.finish(CALL)
  expect(error).toHaveBeenCalledOnce()
  expect(error.mock.calls[0]?.[0]).toMatchObject({
    err: full,
    audit: { action: 'model.unload', target: 'storyteller', actor: { label: 'ada@example.org' } },
  })
})

test('a row that can’t be saved with its change stops the change', async () => {
  const { audited } = call('key.revoke', () => Promise.reject(new Error('full')))
  const change = audited.record(Object.create(null), { target: 'x' })
  await expect(change).rejects.toThrow('full')
})

test('a call leaves one row: with its change, or else after it, or none', async () => {
  const rows: AuditEvent[] = []
  const keep = async (event: AuditEvent) => void rows.push(event)
  const { audited } = call('key.revoke', keep)
  await audited.record(Object.create(null), { target: 'mine' })
  await audited.finish(CALL)
  expect(rows.map(({ target }) => target)).toEqual(['mine'])
  await call(undefined, keep).audited.finish(CALL)
  expect(rows).toHaveLength(1)
})
