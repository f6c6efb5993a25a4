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
