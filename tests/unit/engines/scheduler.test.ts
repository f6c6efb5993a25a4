import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Scheduler, type Ticket } from '@/lib/engines/scheduler'
import { isAppError } from '@/lib/platform/errors'

const nothing = () => undefined

/** What may happen to a scheduler. Tickets are meant by a number that wraps around those there are. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('enter' as const), client: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ kind: fc.constant('leave' as const), ticket: fc.nat(100) }),
  fc.record({ kind: fc.constant('resize' as const), slots: fc.nat(4) }),
)

/** The same rules written the slow and obvious way. */
class Model {
  waiting: { client: string; ticket: Ticket }[] = []
  running: Ticket[] = []
  turns: string[] = []
  constructor(
    public slots: number,
    private readonly maxQueue: number,
  ) {}

  full(): boolean {
    const runsAtOnce = this.waiting.length === 0 && this.running.length < this.slots
    return !runsAtOnce && this.waiting.length >= this.maxQueue
  }

  enter(client: string, ticket: Ticket): void {
    this.waiting.push({ client, ticket })
    if (!this.turns.includes(client)) this.turns.push(client)
    this.grant()
  }

  leave(ticket: Ticket): void {
    this.running = this.running.filter((each) => each !== ticket)
    this.waiting = this.waiting.filter((each) => each.ticket !== ticket)
    this.turns = this.turns.filter((client) => this.waiting.some((each) => each.client === client))
    this.grant()
  }

  grant(): void {
    while (this.running.length < this.slots) {
      const next = this.order()[0]
      if (!next) return
      this.running.push(next.ticket)
      this.waiting = this.waiting.filter((each) => each !== next)
      this.turns = this.turns.filter((client) => client !== next.client)
      if (this.waiting.some((each) => each.client === next.client)) this.turns.push(next.client)
    }
  }

  /** Who is served when, client by client in turn. */
  order(): { client: string; ticket: Ticket }[] {
    const order: { client: string; ticket: Ticket }[] = []
    for (let round = 0; order.length < this.waiting.length; round++)
      for (const client of this.turns) {
        const own = this.waiting.filter((each) => each.client === client)
        const next = own[round]
        if (next) order.push(next)
      }
    return order
  }
}

describe('Scheduler', () => {
  it('does what its rules say, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(3), fc.nat(6), (steps, slots, max) => {
        const scheduler = new Scheduler(slots, max)
        const model = new Model(slots, max)
        const tickets: Ticket[] = []
        const told = new Map<Ticket, number>()
        for (const each of steps) {
          if (each.kind === 'enter') {
            if (model.full()) {
              expect(() => scheduler.enter(each.client, nothing)).toThrow('waiting')
              continue
            }
            const ticket: Ticket = scheduler.enter(each.client, () =>
              told.set(ticket, ticket.position),
            )
            told.set(ticket, ticket.position)
            tickets.push(ticket)
            model.enter(each.client, ticket)
          } else if (each.kind === 'leave') {
            const ticket = tickets[each.ticket % Math.max(1, tickets.length)]
            if (!ticket) continue
            scheduler.leave(ticket)
            model.leave(ticket)
          } else {
            model.slots = each.slots
            scheduler.resize(each.slots)
            model.grant()
          }
          expect(scheduler.active).toBe(model.running.length)
          expect(scheduler.queueLength).toBe(model.waiting.length)
          const order = model.order()
          order.forEach(({ ticket }, index) => {
            expect(ticket.position).toBe(index + 1)
            expect(told.get(ticket)).toBe(index + 1)
          })
          for (const ticket of model.running) expect(told.get(ticket)).toBe(0)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('lets one request of a client pass the hundred of another', () => {
    const scheduler = new Scheduler(1, 256)
    const many = Array.from({ length: 101 }, () => scheduler.enter('many', nothing))
    const one = scheduler.enter('one', nothing)
    expect(one.position).toBe(2)
    for (const ticket of many.slice(0, 2)) scheduler.leave(ticket)
    expect(one.position).toBe(0)
  })

  it('refuses past its bound with the seconds to wait', () => {
    const scheduler = new Scheduler(1, 2)
    for (let i = 0; i < 3; i++) scheduler.enter('a', nothing)
    try {
      scheduler.enter('b', nothing)
      expect.unreachable()
    } catch (error) {
      if (!isAppError(error)) throw error
      expect(error).toMatchObject({ code: 'queue_full', status: 429 })
      expect(error.retryAfter).toBeGreaterThan(0)
    }
  })

  it('lets those wait beside the queue who will run when the model is loaded', () => {
    const scheduler = new Scheduler(0, 2, 3)
    const tickets = Array.from({ length: 5 }, () => scheduler.enter('a', nothing))
    expect(() => scheduler.enter('a', nothing)).toThrow('waiting')
    scheduler.resize(3)
    expect(tickets.map(({ position }) => position)).toEqual([0, 0, 0, 1, 2])
    expect(() => scheduler.enter('a', nothing)).toThrow('waiting')
  })

  it('gives each slot to one only', () => {
    const scheduler = new Scheduler(3, 10)
    const tickets = Array.from({ length: 5 }, () => scheduler.enter('a', nothing))
    expect(tickets.filter(({ position }) => position === 0)).toHaveLength(3)
    const first = tickets[0]
    if (first) scheduler.leave(first)
    if (first) scheduler.leave(first)
    expect(scheduler.active).toBe(3)
    expect(scheduler.queueLength).toBe(1)
  })
})
