import type { Clock } from './clock'
import { Leadership, type Locks } from './leadership'
import { type ConnectionStatus, SseConnection, type StreamEvent } from './sse-connection'

/** The part of a BroadcastChannel that tabs talk over. */
export type Channel = Pick<BroadcastChannel, 'postMessage' | 'close'> & {
  onmessage: ((event: MessageEvent) => void) | null
}

/** What the tabs of a browser tell one another. Only the leader says anything but `hello`. */
type Message<S> =
  | { kind: 'hello' }
  | { kind: 'state'; state: S; lastId: string | undefined; status: ConnectionStatus }
  | { kind: 'event'; event: StreamEvent }
  | { kind: 'status'; status: ConnectionStatus }
  | { kind: 'sign' }

/** What a feed shows: the state that its events add up to, and how its connection is. */
export type FeedSnapshot<S> = { state: S; status: ConnectionStatus }

export type FeedOptions<S> = {
  /** Names the lock and the channel; one for each stream. */
  name: string
  url: string
  initial: S
  /** Pure: the state after an event that was received at `now`. */
  reduce: (state: S, event: StreamEvent, now: number) => S
  /** Called in every tab after each event. */
  onEvent?: (event: StreamEvent) => void
  fetch: typeof fetch
  clock: Clock
  locks: Locks | undefined
  openChannel: ((name: string) => Channel) | undefined
}

/** A leader says that it lives whenever the server does, every 15 s; after three times that, it does not. */
const LEADER_SILENCE_MS = 45_000
/** How long it stays connected when nobody looks: a change of page is no reason to reconnect. */
const LINGER_MS = 5_000

/**
 * One stream for all tabs of a browser: a leader holds the connection and passes each event on, the
 * others fold the same events into the same state. A tab that joins late asks the leader for the
 * state; one that takes over goes on from the last id that it saw, so nothing is lost or repeated.
 */
export class SharedFeed<S> {
  #snapshot: FeedSnapshot<S>
  #lastId: string | undefined
  #leading = false
  #joined = false
  #lastSignAt = 0
  #channel: Channel | undefined
  #cancelLinger: () => void = () => {}
  readonly #listeners = new Set<() => void>()
  readonly #connection: SseConnection
  readonly #leadership: Leadership
  readonly #options: FeedOptions<S>

  constructor(options: FeedOptions<S>) {
    this.#options = options
    this.#snapshot = { state: options.initial, status: { kind: 'connecting' } }
    this.#connection = new SseConnection({
      url: options.url,
      fetch: options.fetch,
      clock: options.clock,
      onEvent: (event) => {
        this.#apply(event)
        this.#tell({ kind: 'event', event })
      },
      onStatus: (status) => {
        this.#publish({ ...this.#snapshot, status })
        this.#tell({ kind: 'status', status })
      },
      onSign: () => this.#tell({ kind: 'sign' }),
    })
    this.#leadership = new Leadership({
      name: options.name,
      locks: options.locks,
      onElected: () => this.#lead(),
      onDeposed: () => this.#follow(),
    })
  }

  /** For useSyncExternalStore: connects while somebody looks. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#cancelLinger()
    this.#join()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#cancelLinger = this.#options.clock.after(LINGER_MS, () => this.#leave())
    }
  }

  /** For useSyncExternalStore: the same object until something changes. */
  readonly getSnapshot = (): FeedSnapshot<S> => this.#snapshot

  /** This tab was shown, or the network came back. */
  wake(): void {
    if (!this.#joined) return
    if (this.#leading) this.#connection.wake()
    else if (this.#options.clock.now() - this.#lastSignAt > LEADER_SILENCE_MS)
      this.#leadership.overthrow()
    else this.#tell({ kind: 'hello' })
  }

  #join(): void {
    if (this.#joined) return
    this.#joined = true
    this.#lastSignAt = this.#options.clock.now()
    this.#channel = this.#options.openChannel?.(this.#options.name)
    if (this.#channel)
      this.#channel.onmessage = ({ data }: MessageEvent<Message<S>>) => this.#hear(data)
    this.#tell({ kind: 'hello' })
    this.#leadership.stand()
  }

  #leave(): void {
    this.#joined = false
    this.#leadership.retire()
    this.#channel?.close()
    this.#channel = undefined
  }

  #lead(): void {
    this.#leading = true
    this.#connection.start(this.#lastId)
  }

  #follow(): void {
    this.#leading = false
    this.#lastSignAt = this.#options.clock.now()
    this.#connection.stop()
  }

  #hear(message: Message<S>): void {
    if (this.#leading) {
      if (message.kind === 'hello')
        this.#tell({ kind: 'state', lastId: this.#lastId, ...this.#snapshot })
      return
    }
    // A follower's word is no sign that the leader lives.
    if (message.kind === 'hello') return
    this.#lastSignAt = this.#options.clock.now()
    switch (message.kind) {
      case 'state':
        this.#lastId = message.lastId
        this.#publish({ state: message.state, status: message.status })
        break
      case 'event':
        this.#apply(message.event)
        break
      case 'status':
        this.#publish({ ...this.#snapshot, status: message.status })
        break
      case 'sign':
        break
    }
  }

  #apply(event: StreamEvent): void {
    this.#lastId = event.id
    const state = this.#options.reduce(this.#snapshot.state, event, this.#options.clock.now())
    this.#publish({ ...this.#snapshot, state })
    this.#options.onEvent?.(event)
  }

  #publish(snapshot: FeedSnapshot<S>): void {
    this.#snapshot = snapshot
    for (const listener of this.#listeners) listener()
  }

  #tell(message: Message<S>): void {
    this.#channel?.postMessage(message)
  }
}
