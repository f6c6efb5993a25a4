/** What happened in one slice of time; see `activitySlice` for the units. */
export type Slice = {
  at: number
  tokens: number
  firstTokenMs: number | null
  subscribers: number
  memoryBytes: number
}

type Options = {
  /** Milliseconds of a slice, and how many are kept. */
  sliceMs: number
  slices: number
  /** Milliseconds since 1970. */
  now: () => number
}

type Bucket = Slice & { firstTokens: number }

/**
 * The recent past in slices. It is written by events and completed when it is read, so an idle
 * server keeps its history without a timer.
 */
export class History {
  readonly #buckets: Bucket[] = []
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  get sliceMs(): number {
    return this.#options.sliceMs
  }

  addTokens(count: number): void {
    this.#current().tokens += count
  }

  /** A first token came after `ms`. */
  addFirstToken(ms: number): void {
    const bucket = this.#current()
    const sum = (bucket.firstTokenMs ?? 0) * bucket.firstTokens + ms
    bucket.firstTokens += 1
    bucket.firstTokenMs = sum / bucket.firstTokens
  }

  /** So many streams are open from now on. */
  setSubscribers(count: number): void {
    const bucket = this.#current()
    this.#openNow = count
    bucket.subscribers = Math.max(bucket.subscribers, count)
  }

  /** Loaded models hold so many bytes from now on. */
  setMemory(bytes: number): void {
    this.#current().memoryBytes = bytes
  }

  /** All slices, the oldest first; the last one is under way. */
  read(): readonly Slice[] {
    this.#current()
    return this.#buckets.map(({ firstTokens: _, ...slice }) => slice)
  }

  /** The slices that began at `at` or later, the oldest first; the last one is under way. */
  since(at: number): readonly Slice[] {
    return this.read().filter((slice) => slice.at >= at)
  }

  /** The slice under way. */
  latest(): Slice {
    const { firstTokens: _, ...slice } = this.#current()
    return slice
  }

  #openNow = 0

  #current(): Bucket {
    const { sliceMs, slices, now } = this.#options
    const at = Math.floor(now() / sliceMs) * sliceMs
    let last = this.#buckets.at(-1)
    // After a long silence only the slices that are kept are worth filling in.
    const first = Math.max(at - (slices - 1) * sliceMs, (last?.at ?? at - sliceMs) + sliceMs)
    for (let next = first; next <= at; next += sliceMs) {
      last = this.#empty(next, last)
      this.#buckets.push(last)
    }
    this.#buckets.splice(0, this.#buckets.length - slices)
    return last ?? this.#empty(at, last)
  }

  /** What lasts goes on from the slice before; what happens starts at nothing. */
  #empty(at: number, before: Bucket | undefined): Bucket {
    return {
      at,
      tokens: 0,
      firstTokenMs: null,
      firstTokens: 0,
      subscribers: this.#openNow,
      memoryBytes: before?.memoryBytes ?? 0,
    }
  }
}
