/** Bytes from `start` up to, not including, `end`. */
export type Range = { start: number; end: number }

/** A set of bytes, kept as sorted ranges that neither overlap nor touch. */
export class RangeSet {
  #ranges: Range[] = []
  #total = 0

  constructor(ranges: Iterable<Range> = []) {
    for (const range of ranges) this.add(range.start, range.end)
  }

  /** Bytes in the set. */
  get total(): number {
    return this.#total
  }

  /** The end of the run of bytes that begins at 0; 0 when byte 0 is not in the set. */
  get prefix(): number {
    const first = this.#ranges[0]
    return first?.start === 0 ? first.end : 0
  }

  /** The end of its last byte; 0 when it is empty. */
  get end(): number {
    return this.#ranges.at(-1)?.end ?? 0
  }

  /** The ranges in order, as a copy. */
  toArray(): Range[] {
    return this.#ranges.map((range) => ({ ...range }))
  }

  /** Adds the bytes from `start` to `end`; adding what is there changes nothing. */
  add(start: number, end: number): void {
    if (end <= start) return
    const first = this.#firstEndingAtOrAfter(start)
    let last = first
    const merged = { start, end }
    for (let range = this.#ranges[last]; range && range.start <= end; range = this.#ranges[last]) {
      merged.start = Math.min(merged.start, range.start)
      merged.end = Math.max(merged.end, range.end)
      this.#total -= range.end - range.start
      last += 1
    }
    this.#ranges.splice(first, last - first, merged)
    this.#total += merged.end - merged.start
  }

  /** What is missing below `size`, in order. */
  gaps(size: number): Range[] {
    const gaps: Range[] = []
    let at = 0
    for (const range of this.#ranges) {
      if (range.start >= size) break
      if (range.start > at) gaps.push({ start: at, end: range.start })
      at = range.end
    }
    if (at < size) gaps.push({ start: at, end: size })
    return gaps
  }

  #firstEndingAtOrAfter(start: number): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ranges[middle]?.end ?? 0) < start) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A piece of the file that one connection fetches. `at` is the next byte; `end` may come closer while it runs. */
export type Segment = { readonly start: number; at: number; end: number }

/** Splitting less than this between two connections costs more than it gains. */
const MIN_STEAL_BYTES = 2 * 1024 * 1024

/**
 * Who fetches which bytes. Pieces are given out from the front, so the completed prefix, along which
 * the hash runs, stays close to the newest byte; at the end idle connections take half of what the
 * slowest has left.
 */
export class RangePlan {
  #size: number | null
  readonly #segmentBytes: number
  readonly #done: RangeSet
  readonly #open = new Set<Segment>()

  /**
   * @param size bytes of the whole file; null when nobody said, until `endsAt` tells.
   * @param segmentBytes the most that is given out at once.
   */
  constructor(size: number | null, done: Iterable<Range>, segmentBytes: number) {
    this.#size = size
    this.#segmentBytes = segmentBytes
    this.#done = new RangeSet(done)
  }

  /** Bytes of the whole file, once that is known. */
  get size(): number | null {
    return this.#size
  }

  /** Whether every byte was written. */
  get complete(): boolean {
    return this.#done.total === this.#size
  }

  /** The bytes that were written. */
  get done(): Pick<RangeSet, 'total' | 'prefix' | 'end' | 'toArray'> {
    return this.#done
  }

  /**
   * The next piece to fetch, or null when others fetch all that is left.
   * @param most bytes that it may have; as many as are given out at once unless told.
   */
  take(most = this.#segmentBytes): Segment | null {
    const gap = this.#firstGap()
    if (!gap) return this.#steal()
    const segment = {
      start: gap.start,
      at: gap.start,
      end: Math.min(gap.end, gap.start + most),
    }
    this.#open.add(segment)
    return segment
  }

  /** Tells where the file ends when that shows only at its end. */
  endsAt(size: number): void {
    this.#size = size
  }

  /** Notes that `[start, end)` is on disk. */
  wrote(start: number, end: number): void {
    this.#done.add(start, end)
  }

  /** Gives a piece back; what was not written of it can be taken again. */
  release(segment: Segment): void {
    this.#open.delete(segment)
  }

  #firstGap(): Range | null {
    const taken = new RangeSet(this.#done.toArray())
    for (const segment of this.#open) taken.add(segment.start, segment.end)
    return taken.gaps(this.#size ?? Number.MAX_SAFE_INTEGER)[0] ?? null
  }

  #steal(): Segment | null {
    let slowest: Segment | null = null
    for (const segment of this.#open)
      if (!slowest || segment.end - segment.at > slowest.end - slowest.at) slowest = segment
    if (!slowest || slowest.end - slowest.at < MIN_STEAL_BYTES) return null
    const middle = slowest.at + Math.ceil((slowest.end - slowest.at) / 2)
    const stolen = { start: middle, at: middle, end: slowest.end }
    slowest.end = middle
    this.#open.add(stolen)
    return stolen
  }
}
