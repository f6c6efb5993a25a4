import { randomUUID } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import type { Db } from '@/lib/platform/db/open'
import type { User } from '@/lib/platform/db/schema'
import { AppError } from '@/lib/platform/errors'

export type NewUser = { email: string; name: string; password: string }

/** What an account is made of, with its password hashed. */
export type AccountDraft = Pick<User, 'email' | 'name' | 'role' | 'password_hash'> & {
  /** Whether somebody vouches for the address: an admin who invited it, or a provider that has verified it. */
  emailVerified: boolean
}

/** The accounts. */
export class Users {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** Whether anybody has an account yet; until then only the set-up link makes one. */
  async exist(tx: Db = this.#db): Promise<boolean> {
    const first = await tx.selectFrom('users').select('id').limit(1).executeTakeFirst()
    return first !== undefined
  }

  async get(id: string): Promise<User | null> {
    const row = await this.#db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row ?? null
  }

  /** Finds an account by its email address, in whatever case. */
  async byEmail(email: string, tx: Db = this.#db): Promise<User | null> {
    const row = await tx
      .selectFrom('users')
      .selectAll()
      .where('email', '=', normalEmail(email))
      .executeTakeFirst()
    return row ?? null
  }

  /**
   * Creates an account.
   * @param tx The transaction that it is part of.
   * @throws AppError 409 `email_taken`.
   */
  async create({ emailVerified, ...account }: AccountDraft, tx: Db = this.#db): Promise<User> {
    const user: User = {
      ...account,
      id: randomUUID(),
      email: normalEmail(account.email),
      name: account.name.trim(),
      email_verified: Number(emailVerified),
      disabled: 0,
      created_at: Date.now(),
    }
    const made = await tx
      .insertInto('users')
      .values(user)
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made) return user
    throw emailTaken('Sign in with it, or use another address.')
  }

  async setName(id: string, name: string): Promise<void> {
    await this.#db.updateTable('users').set({ name }).where('id', '=', id).execute()
  }

  /** The account that this email and password open, or null, without telling which of the two was wrong. */
  async verify(email: string, password: string): Promise<User | null> {
    const user = await this.byEmail(email)
    const matches = await verifyPassword(password, user?.password_hash ?? null)
    return user && matches && !user.disabled ? user : null
  }
}

/**
 * Sets a password. Links to a new one that were not used end: whoever has one would take the account back.
 * @param passwordHash Of `hashPassword`, which takes too long for a transaction.
 */
export async function setPassword(tx: Db, id: string, passwordHash: string): Promise<void> {
  await tx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute()
  await tx.deleteFrom('invites').where('user_id', '=', id).execute()
}

/**
 * Looks once more at an account, in the transaction that makes something of a sign-in: comparing a password takes long, and
 * meanwhile the account may have been closed, or the password changed by who has lost it to the one who signs in.
 * @param passwordHash The one that a password was compared with; absent where it was shown elsewhere whose account it is.
 * @throws AppError 401 `account_changed`.
 */
export async function checkUnchanged(
  tx: Db,
  id: string,
  passwordHash?: string | null,
): Promise<void> {
  const account = await tx
    .selectFrom('users')
    .select(['disabled', 'password_hash'])
    .where('id', '=', id)
    .executeTakeFirst()
  const same = passwordHash === undefined || account?.password_hash === passwordHash
  if (account && !account.disabled && same) return
  throw new AppError('This account was changed or closed meanwhile.', {
    code: 'account_changed',
    status: 401,
    hint: 'Sign in again. If that fails, ask an admin.',
  })
}

/** The error for an address that somebody has. */
export function emailTaken(hint: string): AppError {
  return new AppError('There is an account with this email address.', {
    code: 'email_taken',
    status: 409,
    param: 'email',
    hint,
  })
}

/** Accounts are compared without regard to case. */
function normalEmail(email: string): string {
  return email.trim().toLowerCase()
}

/** argon2id as OWASP recommends it: 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes a password with argon2id and a random salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST)
}

/**
 * Compares a password with a stored hash. Without a hash it takes as long and is false, so that the
 * time of an answer does not tell whether an account exists.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  if (stored) return verify(stored, password)
  await hash(password, COST)
  return false
}
