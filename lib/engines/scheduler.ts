import { AppError } from '@/lib/platform/errors'

/** A place in the queue, and later a slot. Given back with `Scheduler.leave`. */
export type Ticket = {
  readonly client: string
  /** 1 is next; 0 is running. */
  position: number
}

type Entry = { ticket: Ticket; onChange: () => void }

/**
 * Shares the slots of one model among its clients: first come first served for each, and the clients in turn, so that
 * one client's hundred requests cost another at most one turn. The queue is bounded. Nothing here waits: it is told
 * when somebody comes and goes, and tells each ticket when its position changes.
 */
export class Scheduler {
  /** Waiting tickets by client. The order of the map is the order of turns. */
  readonly #waiting = new Map<string, Entry[]>()
  readonly #running = new Set<Ticket>()
  #queued = 0

  #slots: number
  readonly #maxQueue: number
  readonly #expected: number

  /**
   * @param slots how many may run at once; @param maxQueue how many may wait.
   * @param expected slots that there will be, when there are none yet: those who will have them wait beside the queue.
   */
  constructor(slots: number, maxQueue: number, expected = 0) {
    this.#slots = slots
    this.#maxQueue = maxQueue
    this.#expected = expected
  }

  get active(): number {
    return this.#running.size
  }

  get queueLength(): number {
    return this.#queued
  }

  /**
   * Joins the queue, or runs at once when a slot is free.
   * @param onChange called when `position` has changed
   * @throws AppError 429 `queue_full` with the seconds after which trying again makes sense.
   */
  enter(client: string, onChange: () => void): Ticket {
    const ticket: Ticket = { client, position: 0 }
    if (this.#queued === 0 && this.#running.size < this.#slots) {
      this.#running.add(ticket)
      return ticket
    }
    if (this.#queued >= this.#maxQueue + (this.#slots === 0 ? this.#expected : 0))
      throw this.#full()
    const line = this.#waiting.get(client) ?? []
    line.push({ ticket, onChange })
    this.#waiting.set(client, line)
    this.#queued++
    this.#renumber(ticket)
    return ticket
  }

  /** Gives a slot back, or a place in the queue up. Does nothing the second time. */
  leave(ticket: Ticket): void {
    if (this.#running.delete(ticket)) {
      this.#grant()
      return
    }
    const line = this.#waiting.get(ticket.client)
    const index = line?.findIndex((entry) => entry.ticket === ticket) ?? -1
    if (!line || index === -1) return
    line.splice(index, 1)
    if (line.length === 0) this.#waiting.delete(ticket.client)
    this.#queued--
    this.#renumber()
  }

  /** Changes how many may run at once; those that run already stay. */
  resize(slots: number): void {
    this.#slots = slots
    this.#grant()
  }

  #grant(): void {
    const granted: Entry[] = []
    while (this.#queued > 0 && this.#running.size < this.#slots) {
      const next = this.#takeNext()
      if (!next) break
      next.ticket.position = 0
      this.#running.add(next.ticket)
      granted.push(next)
    }
    for (const entry of granted) entry.onChange()
    this.#renumber()
  }

  /** The client whose turn it is goes to the end of the turns when it has more. */
  #takeNext(): Entry | undefined {
    const turn = this.#waiting.entries().next()
    if (turn.done) return undefined
    const [client, line] = turn.value
    const entry = line.shift()
    this.#waiting.delete(client)
    if (line.length > 0) this.#waiting.set(client, line)
    if (entry) this.#queued--
    return entry
  }

  /** Works out every position: turn by turn, as they will be served. */
  #renumber(silent?: Ticket): void {
    const lines = [...this.#waiting.values()]
    const longest = Math.max(0, ...lines.map((line) => line.length))
    const changed: Entry[] = []
    let position = 0
    for (let turn = 0; turn < longest; turn++)
      for (const line of lines) {
        const entry = line[turn]
        if (!entry) continue
        position++
        if (entry.ticket.position === position) continue
        entry.ticket.position = position
        if (entry.ticket !== silent) changed.push(entry)
      }
    for (const entry of changed) entry.onChange()
  }

  #full(): AppError {
    const rounds = this.#queued / Math.max(1, this.#slots)
    return new AppError(`${this.#queued} requests are waiting for this model already.`, {
      code: 'queue_full',
      // Not 503: clients wait for the `Retry-After` of a 429, and some ask again at once after any other status.
      status: 429,
      hint: 'Try again later, or raise RUNNEL_MAX_QUEUE.',
      retryAfter: Math.min(30, Math.max(1, Math.ceil(rounds))),
    })
  }
}
