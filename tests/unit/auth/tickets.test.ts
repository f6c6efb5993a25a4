import { beforeEach, describe, expect, test } from 'vitest'
import type { Caller } from '@/lib/auth/caller'
import { Revocations } from '@/lib/auth/revocations'
import { Tickets } from '@/lib/auth/tickets'

const PATH = '/v1/models/download/progress'
const caller: Caller = {
  userId: 'u',
  role: 'user',
  via: 'key',
  client: 'user:u',
  scopes: new Set(['models:read']),
  credential: {
    kind: 'key',
    id: 'k',
    expiresAt: null,
    quota: { requestsPerMinute: null, tokensPerDay: null, maxStreams: null },
  },
  label: 'u',
  address: '127.0.0.1',
}

let now: number
let revocations: Revocations
let tickets: Tickets
beforeEach(() => {
  now = 0
  revocations = new Revocations()
  tickets = new Tickets(revocations, () => now)
})

const issue = () => tickets.issue(caller, PATH).ticket

describe('a ticket', () => {
  test('stands for its maker, once', () => {
    const ticket = issue()
    expect(tickets.redeem(ticket, PATH)).toMatchObject({ client: 'user:u', via: 'ticket' })
    expect(() => tickets.redeem(ticket, PATH)).toThrow('not valid')
  })

  test('is used up by the wrong path, and too old after a minute', () => {
    const wrong = issue()
    expect(() => tickets.redeem(wrong, '/v1/models')).toThrow()
    expect(() => tickets.redeem(wrong, PATH)).toThrow()
    const old = issue()
    now = 60_000
    expect(() => tickets.redeem(old, PATH)).toThrow()
  })

  test.each([
    { kind: 'key', id: 'k' },
    { kind: 'user', id: 'u' },
  ] as const)('dies with its %o', (revoked) => {
    const ticket = issue()
    revocations.revoke(revoked)
    expect(() => tickets.redeem(ticket, PATH)).toThrow()
  })

  test('can’t be hoarded; those that are too old make room', () => {
    for (let index = 0; index < 100; index++) issue()
    expect(issue).toThrow('Too many tickets')
    now = 60_000
    expect(issue).not.toThrow()
  })
})
