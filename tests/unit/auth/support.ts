import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { ApiKeys } from '@/lib/auth/api-keys'
import type { Caller } from '@/lib/auth/caller'
import { Invites } from '@/lib/auth/invites'
import { KeyRing } from '@/lib/auth/key-ring'
import { People } from '@/lib/auth/people'
import { Revocations } from '@/lib/auth/revocations'
import { Sessions } from '@/lib/auth/sessions'
import { Users } from '@/lib/auth/users'
import { openDatabase } from '@/lib/platform/db/open'
import type { User } from '@/lib/platform/db/schema'

export const PASSWORD = 'correct horse battery'
export const ADMIN_KEY = 'key-from-the-environment'

/** For what a test does not look at. */
export const noAudit = async () => {}

/** The parts that decide who is who, over a database of their own for each test. */
export function freshAccounts() {
  let dir: string
  let parts: Awaited<ReturnType<typeof open>>
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'runnel-accounts-'))
    parts = await open(dir)
  })
  afterEach(async () => {
    await parts.db.destroy()
    rmSync(dir, { recursive: true, force: true })
  })
  return () => parts
}

async function open(dir: string) {
  const db = await openDatabase(dir)
  const revocations = new Revocations()
  const users = new Users(db)
  const sessions = new Sessions(db, revocations)
  const keys = new ApiKeys(db, ADMIN_KEY)
  const addUser = (email: string, role: User['role'] = 'user') =>
    users.create({ email, name: email, role, password_hash: null, emailVerified: true })
  return {
    ...{ db, revocations, users, sessions, keys, addUser },
    keyRing: new KeyRing(db, keys, revocations),
    people: new People(db, sessions, revocations),
    invites: new Invites(db, users, sessions, ADMIN_KEY),
    /** Invites as the server has them after it was started with another RUNNEL_ADMIN_KEY. */
    invitesWith: (adminKey: string | undefined) => new Invites(db, users, sessions, adminKey),
  }
}

/** Somebody who is signed in. */
export function signedIn({ id, role, email }: User): Caller {
  return {
    ...{ userId: id, role, via: 'session', client: `user:${id}`, label: email },
    scopes: new Set([
      'infer',
      'models:read',
      'models:write',
      ...(role === 'admin' ? ['admin' as const] : []),
    ]),
    credential: { kind: 'session', id: 's', expiresAt: Date.now() + 1e6 },
    address: '127.0.0.1',
  }
}

/** The same caller with a key. */
export function withKey(caller: Caller, id: string, expiresAt: number | null = null): Caller {
  const quota = { requestsPerMinute: null, tokensPerDay: null, maxStreams: null }
  return { ...caller, via: 'key', credential: { kind: 'key', id, expiresAt, quota } }
}
