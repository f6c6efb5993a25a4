import { createHash, randomBytes } from 'node:crypto'
import { AppError } from '@/lib/platform/errors'
import type { Caller } from './caller'
import type { Revocations } from './revocations'

/** How long a ticket can be used, in milliseconds. */
const TICKET_MS = 60_000
/** Tickets that one client may hold unused. */
const MAX_UNUSED = 100

type Issued = { caller: Caller; path: string; expiresAt: number; forget: () => void }

/**
 * Tickets let a page open a stream with `EventSource`, which can't send a header: each opens one path once, within
 * a minute, so that one which stays behind in a log or a history opens nothing.
 */
export class Tickets {
  readonly #unused = new Map<string, Issued>()
  readonly #revocations: Revocations
  readonly #now: () => number

  constructor(revocations: Revocations, now: () => number = Date.now) {
    this.#revocations = revocations
    this.#now = now
  }

  /**
   * Makes a ticket that stands for the caller.
   * @param path Of the stream, without a query.
   * @returns the ticket, and when it ends in milliseconds since 1970
   * @throws AppError 429 when the client holds too many that it has not used.
   */
  issue(caller: Caller, path: string): { ticket: string; expiresAt: number } {
    this.#dropExpired()
    const own = [...this.#unused.values()].filter((one) => one.caller.client === caller.client)
    if (own.length >= MAX_UNUSED) throw tooMany(TICKET_MS / 1000)
    const ticket = `tkt_${randomBytes(32).toString('base64url')}`
    const name = nameOf(ticket)
    const expiresAt = this.#now() + TICKET_MS
    const forget = this.#revocations.watch(caller, () => this.#drop(name))
    this.#unused.set(name, { caller: { ...caller, via: 'ticket' }, path, expiresAt, forget })
    return { ticket, expiresAt }
  }

  /** Uses a ticket up. @throws AppError 401 when it is not good, or not for this path. */
  redeem(ticket: string, path: string): Caller {
    const name = nameOf(ticket)
    const issued = this.#unused.get(name)
    this.#drop(name)
    if (issued && issued.path === path && issued.expiresAt > this.#now()) return issued.caller
    throw new AppError('This ticket is not valid.', {
      code: 'invalid_ticket',
      status: 401,
      hint: 'A ticket opens the one stream it was made for, once, within a minute. Get a new one from POST /v1/tickets.',
    })
  }

  #dropExpired(): void {
    const now = this.#now()
    for (const [name, { expiresAt }] of this.#unused) if (expiresAt <= now) this.#drop(name)
  }

  #drop(name: string): void {
    this.#unused.get(name)?.forget()
    this.#unused.delete(name)
  }
}

/** Kept hashed: what is in memory opens nothing either, and a lookup tells nothing by its time. */
function nameOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex')
}

function tooMany(retryAfter: number): AppError {
  return new AppError('Too many tickets were made and not used.', {
    code: 'too_many_tickets',
    status: 429,
    hint: 'Make one right before the stream that it opens.',
    retryAfter,
  })
}
