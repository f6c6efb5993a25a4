import { createHash } from 'node:crypto'
import type { Db } from '@/lib/platform/db/open'

/** How `created_with` names RUNNEL_ADMIN_KEY: links that were made with another one are worth nothing. */
export function environmentKeyName(adminKey: string | undefined): string | null {
  if (adminKey === undefined) return null
  return `environment:${createHash('sha256').update(adminKey).digest('hex')}`
}

/**
 * The links that are worth something: young enough, made by somebody who could make them now, with a key that is still
 * good where a key made them, and for an account that is not closed.
 * @param environmentKey Of `environmentKeyName`.
 */
export function usableInvites(db: Db, now: number, environmentKey: string | null) {
  return db
    .selectFrom('invites')
    .leftJoin('users as maker', 'maker.id', 'invites.created_by')
    .leftJoin('api_keys as key', 'key.id', 'invites.created_with')
    .leftJoin('users as owner', 'owner.id', 'invites.user_id')
    .selectAll('invites')
    .where('invites.expires_at', '>', now)
    .where((row) =>
      row.or([
        row.and([row('maker.role', '=', 'admin'), row('maker.disabled', '=', 0)]),
        // A key of no account has no other maker than itself.
        row.and([
          row('invites.created_by', 'is', null),
          row('invites.created_with', 'is not', null),
        ]),
      ]),
    )
    .where((row) =>
      row.or([
        row('invites.created_with', 'is', null),
        row('invites.created_with', '=', environmentKey),
        row.and([
          row('key.id', 'is not', null),
          row('key.revoked_at', 'is', null),
          row.or([row('key.expires_at', 'is', null), row('key.expires_at', '>', now)]),
        ]),
      ]),
    )
    .where((row) => row.or([row('owner.id', 'is', null), row('owner.disabled', '=', 0)]))
}

/** Writes one-time links as people open them. */
export class Links {
  readonly #publicUrl: string | undefined

  /** @param publicUrl Where the dashboard is reached, when that is set. */
  constructor(publicUrl: string | undefined) {
    this.#publicUrl = publicUrl
  }

  /** An invite with its address, which is that of the request unless the operator has named another. */
  show<I extends { token: string }>({ token, ...invite }: I, request: Request) {
    const url = new URL('/invite', this.#publicUrl ?? this.#addressOf(request))
    url.searchParams.set('token', token)
    return { ...invite, url: url.href }
  }

  #addressOf({ headers }: Request): string {
    const protocol = headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http'
    return `${protocol}://${headers.get('host')}`
  }
}
