import type { EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EventLog, MemoryLog, parseCursor, type Source, type SseServer } from '@/lib/sse'
import { ManualTimers, makeServer, TestClient } from './support'

const KEYS = ['a', 'b', 'c'] as const

/** A state is told in so many events. */
const PARTS = [1, 2, 3] as const

type Appended = { key: string; data: string }

/** The server's side: its log, what was ever appended to it, and what it does when it is restarted. */
class World {
  readonly timers = new ManualTimers()
  readonly history = new Map<string, Appended[]>()
  sse: SseServer
  log: EventLog
  #lives = 0

  constructor() {
    this.sse = makeServer(this.timers)
    this.log = this.#newLog()
  }

  append(key: string, size: number): void {
    const data = `${this.log.epoch} ${this.log.head.seq + 1}\n${'x'.repeat(size)}`
    this.history.get(this.log.epoch)?.push({ key, data })
    this.log.append({ event: key, data }, key)
  }

  restart(): void {
    this.sse = makeServer(this.timers)
    this.log = this.#newLog()
  }

  #newLog(): EventLog {
    this.#lives += 1
    const epoch = `life${this.#lives}`
    this.history.set(epoch, [])
    return new MemoryLog({
      epoch,
      maxEntries: 12,
      maxBytes: 400_000,
      maxAgeMs: 10_000,
      clock: () => this.timers.now(),
    })
  }
}

type Kind = { keys: readonly string[] | undefined; snapshot: boolean; reset: boolean }

/** A subscriber that checks every event when it comes, against what the server has appended. */
class Checker {
  readonly client = new TestClient()
  #kind: Kind
  #checked = 0
  #expectsState = false
  /** Parts of the first state that this client has not got: it must get all of them before it has a cursor. */
  #owed = 0

  constructor(kind: Kind) {
    this.#kind = kind
  }

  source(world: World): Source {
    const { keys, snapshot, reset } = this.#kind
    const { log } = world
    const state = () => ({
      cursor: log.head,
      events: PARTS.map((part) => ({ event: 'state', data: `${part} ${log.head.seq}` })),
    })
    return {
      log,
      snapshot: snapshot ? state : undefined,
      reset: reset ? (reason) => ({ ...state(), data: reason }) : undefined,
      filter: keys ? (key) => key !== undefined && keys.includes(key) : undefined,
    }
  }

  async connect(world: World): Promise<void> {
    if (this.client.connected) return
    this.#expectsState = this.client.lastEventId === undefined
    if (this.#expectsState) this.#owed = this.#kind.snapshot ? PARTS.length : 0
    await this.client.connect(world.sse, this.source(world))
  }

  /** Takes a chunk and checks what it brought. */
  async pull(world: World, cut?: number): Promise<boolean> {
    let known = this.#position()
    const servable = known && (await world.log.read(known, 1)).kind !== 'reset'
    const took = await this.client.pull(cut)
    for (const event of this.client.events.slice(this.#checked)) {
      known = this.#check(world, event, known, servable === true)
      this.#checked += 1
    }
    return took
  }

  #position() {
    return this.client.lastEventId === undefined ? undefined : parseCursor(this.client.lastEventId)
  }

  #check(
    world: World,
    event: EventSourceMessage,
    known: ReturnType<typeof parseCursor>,
    servable: boolean,
  ) {
    const at = event.id === undefined ? known : parseCursor(event.id)
    if (event.event === 'reset') {
      // Never a jump without need: the log can't go on from what this client has.
      expect(servable).toBe(false)
      expect(at).toBeDefined()
      this.#expectsState = true
      return at
    }
    if (event.event === 'state') {
      expect(this.#expectsState).toBe(true)
      this.#owed = Math.max(0, this.#owed - 1)
      return at
    }
    expect(this.#owed).toBe(0)
    expect(at).toEqual(this.#following(world, known))
    const written = at && world.history.get(at.epoch)?.[at.seq - 1]
    expect(event).toMatchObject({ event: written?.key, data: written?.data })
    this.#expectsState = false
    return at
  }

  /** The next event that this subscriber may see after `known`: the one it must get. */
  #following(world: World, known: ReturnType<typeof parseCursor>) {
    const epoch = known?.epoch ?? world.log.epoch
    const all = world.history.get(epoch) ?? []
    const { keys } = this.#kind
    for (let seq = (known?.seq ?? 0) + 1; seq <= all.length; seq++) {
      const key = all[seq - 1]?.key
      if (!keys || (key && keys.includes(key))) return { epoch, seq }
    }
    return undefined
  }

  /** Comes back if it has to, takes everything, and must then know the newest event that it may see. */
  async catchUp(world: World): Promise<void> {
    do {
      await this.connect(world)
      while (await this.pull(world)) {
        // Each pull checks what it took.
      }
    } while (!this.client.connected)
    const position = this.#position()
    if (position) {
      expect(position.epoch).toBe(world.log.epoch)
      expect(this.#following(world, position)).toBeUndefined()
    } else {
      expect(this.#following(world, undefined)).toBeUndefined()
    }
  }
}

const kind: fc.Arbitrary<Kind> = fc.record({
  keys: fc.option(fc.subarray([...KEYS], { minLength: 1 }), { nil: undefined }),
  snapshot: fc.boolean(),
  reset: fc.boolean(),
})

const who = fc.nat(3)
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      events: fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(0, 10, 30_000, 70_000)), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pull' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('cut' as const),
      who,
      // Not a double: those are drawn by their bits, and nearly all of them lie next to 0.
      at: fc.nat(100).map((percent) => percent / 100),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('connect' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(6000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
)

async function run(
  world: World,
  checkers: Checker[],
  one: typeof command extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  switch (one.do) {
    case 'append':
      for (const [key, size] of one.events) world.append(key, size)
      return
    case 'wait':
      return world.timers.advance(one.ms)
    case 'restart':
      for (const { client } of checkers) client.leave()
      return world.restart()
    case 'connect':
      return checkers[one.who]?.connect(world)
    case 'pull':
      await checkers[one.who]?.pull(world)
      return
    case 'cut':
      await checkers[one.who]?.pull(world, one.at)
  }
}

describe('delivery', () => {
  it('gives each subscriber contiguous unique ids or one reset before a jump, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(kind, { minLength: 1, maxLength: 4 }),
        fc.array(command, { maxLength: 80, size: 'max' }),
        async (kinds, commands) => {
          const world = new World()
          const checkers = kinds.map((one) => new Checker(one))
          for (const one of commands) await run(world, checkers, one)
          for (const checker of checkers) await checker.catchUp(world)
          for (const { client } of checkers) client.leave()
          expect(world.sse.stats().open).toBe(0)
          expect(world.timers.active).toBe(0)
        },
      ),
      { numRuns: 200 },
    )
  }, 60_000)
})
