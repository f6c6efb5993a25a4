import type { Caller } from '@/lib/auth/caller'
import type { Generation, Generations } from '@/lib/engines/generations'
import type { Engine } from '@/lib/engines/types'
import { MemoryLog, type Source, type SseEvent, type SseServer } from '@/lib/sse'
import type { History, Slice } from './history'
import { type OwnerNames, reportHistory, reportModels, reportSlice, reportStream } from './reports'
import type { TokenMeter } from './token-meter'

export type ActivityOptions = {
  engine: Pick<Engine, 'status' | 'onChange'>
  generations: Pick<Generations, 'active' | 'onChange'>
  sse: Pick<SseServer, 'subscribe' | 'stats' | 'onChange'>
  meter: TokenMeter
  history: History
  names: OwnerNames
  now: () => number
}

const LOG_LIMITS = { maxEntries: 2000, maxBytes: 1024 * 1024, maxAgeMs: 120_000 }
const TICK_MS = 1000
/** Changes that come closer together than this are told as one. */
const SETTLE_MS = 150
const PING_MS = 60_000

/**
 * What the server does, as a stream. Whatever changes is noted as it happens; only while somebody
 * watches is there a tick each second, for what flows.
 */
export class Activity {
  readonly #log: MemoryLog
  /** What was told last, by the id of a generation, or `models`. */
  readonly #told = new Map<string, { data: string; owner: string | undefined }>()
  readonly #settle: Throttle
  readonly #stops: (() => void)[]
  #readers = 0
  #tick: NodeJS.Timeout | undefined
  #tokensBefore = 0
  #tokensPerSecond = 0
  /** The beginning of the newest slice that readers were told of. */
  #toldSlice = 0
  readonly #options: ActivityOptions

  constructor(options: ActivityOptions) {
    this.#options = options
    this.#log = new MemoryLog({ ...LOG_LIMITS, clock: options.now })
    this.#settle = new Throttle(SETTLE_MS, () => this.#note())
    this.#stops = [options.engine, options.generations, options.sse].map((watched) =>
      watched.onChange(this.#settle.ask),
    )
  }

  /** Bytes of the events that are kept for readers who come back. */
  get logBytes(): number {
    return this.#log.bytes
  }

  /** Answers with the stream: generations of their own for members, all for admins. */
  async watch(request: Request, caller: Caller): Promise<Response> {
    this.#attach()
    try {
      return await this.#options.sse.subscribe(request, this.#sourceFor(caller), {
        client: caller.client,
        name: 'activity',
        pingMs: PING_MS,
        onClose: () => this.#detach(),
      })
    } catch (error) {
      this.#detach()
      throw error
    }
  }

  /** Stops watching. */
  close(): void {
    for (const stop of this.#stops) stop()
    this.#settle.cancel()
    clearInterval(this.#tick)
  }

  #attach(): void {
    this.#readers += 1
    if (this.#readers > 1) return
    this.#tokensBefore = this.#options.meter.total
    this.#toldSlice = this.#options.history.latest().at
    this.#tell()
    this.#tick = setInterval(() => this.#beat(), TICK_MS)
  }

  #detach(): void {
    this.#readers -= 1
    if (this.#readers > 0) return
    clearInterval(this.#tick)
    this.#tokensPerSecond = 0
  }

  #beat(): void {
    const { total } = this.#options.meter
    this.#tokensPerSecond = ((total - this.#tokensBefore) * 1000) / TICK_MS
    this.#tokensBefore = total
    this.#note()
    const slices = this.#options.history.since(this.#toldSlice)
    // At the end of a slice the one that has ended comes once more, with what came after the last beat.
    for (const slice of slices) this.#log.append(this.#sample(slice))
    this.#toldSlice = slices.at(-1)?.at ?? this.#toldSlice
  }

  #note(): void {
    const { history, sse, engine } = this.#options
    history.setSubscribers(sse.stats().open)
    history.setMemory(engine.status().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0))
    if (this.#readers > 0) this.#tell()
  }

  /** Appends what is not as it was told last. */
  #tell(): void {
    const active = this.#options.generations.active()
    this.#tellOnce('models', this.#models())
    for (const generation of active)
      this.#tellOnce(generation.id, this.#stream(generation), generation.owner.client)
    const running = new Set(['models', ...active.map(({ id }) => id)])
    for (const [id, { owner }] of this.#told) {
      if (running.has(id)) continue
      this.#told.delete(id)
      this.#log.append({ event: 'stream_end', data: JSON.stringify({ id }) }, owner)
    }
  }

  #tellOnce(id: string, event: SseEvent, owner?: string): void {
    if (this.#told.get(id)?.data === event.data) return
    this.#told.set(id, { data: event.data, owner })
    this.#log.append(event, owner)
  }

  #sourceFor(caller: Caller): Source {
    const sees = (owner: string | undefined) =>
      owner === undefined || caller.role === 'admin' || owner === caller.client
    const snapshot = () => ({
      cursor: this.#log.head,
      events: [
        { event: 'history', data: JSON.stringify(reportHistory(this.#options.history)) },
        this.#models(),
        ...this.#options.generations
          .active()
          .filter(({ owner }) => sees(owner.client))
          .map((generation) => this.#stream(generation)),
        this.#sample(this.#options.history.latest()),
      ],
    })
    return {
      log: this.#log,
      filter: sees,
      snapshot,
      reset: (reason) => ({ ...snapshot(), data: JSON.stringify({ reason }) }),
    }
  }

  #models(): SseEvent {
    return { event: 'models', data: JSON.stringify(reportModels(this.#options.engine.status())) }
  }

  #stream(generation: Generation): SseEvent {
    const { names, meter, now } = this.#options
    const owner = names.nameOf(generation.owner.userId)
    return {
      event: 'stream',
      data: JSON.stringify(reportStream(generation, owner, meter, now())),
    }
  }

  #sample(slice: Slice): SseEvent {
    const { sse, engine } = this.#options
    return {
      event: 'sample',
      data: JSON.stringify({
        slice: reportSlice(slice),
        tokens_per_second: this.#tokensPerSecond,
        subscribers: sse.stats().open,
        queued: engine.status().reduce((sum, { queued }) => sum + queued, 0),
      }),
    }
  }
}

/**
 * Runs a task soon after it is asked for, and once for all the asking in between. Its timer never
 * keeps the process alive.
 */
class Throttle {
  #timer: NodeJS.Timeout | undefined
  readonly #ms: number
  readonly #task: () => void

  constructor(ms: number, task: () => void) {
    this.#ms = ms
    this.#task = task
  }

  /** Asks for a run within `ms`. */
  readonly ask = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#task()
    }, this.#ms).unref()
  }

  /** Forgets what was asked for. */
  cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
