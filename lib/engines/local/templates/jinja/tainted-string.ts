/** From where to where a text is input, in UTF-16 units: sorted, apart from each other, none empty. */
export type Span = readonly [from: number, to: number]

/**
 * A text that knows which of its characters came from outside the template, through every operation of a template:
 * what a user typed must never be read as one of the model's control tokens.
 * @see https://en.wikipedia.org/wiki/Taint_checking
 */
export class TaintedString {
  static readonly empty = new TaintedString('', [])

  private constructor(
    readonly value: string,
    readonly spans: readonly Span[],
    /** Whether it is HTML already: what is added to it then gets escaped, as Python's MarkupSafe does. */
    readonly isMarkup = false,
  ) {}

  /** Text of the template's own. */
  static plain(value: string): TaintedString {
    return value === '' ? TaintedString.empty : new TaintedString(value, [])
  }

  /** Text that came from outside. */
  static input(value: string): TaintedString {
    return value === '' ? TaintedString.empty : new TaintedString(value, [[0, value.length]])
  }

  markedAsHtml(): TaintedString {
    return new TaintedString(this.value, this.spans, true)
  }

  static concat(parts: Iterable<TaintedString | string>): TaintedString {
    let value = ''
    const spans: [number, number][] = []
    for (const part of parts) {
      if (typeof part === 'string') {
        value += part
        continue
      }
      for (const [from, to] of part.spans) {
        const last = spans.at(-1)
        if (last?.[1] === value.length + from) last[1] = value.length + to
        else spans.push([value.length + from, value.length + to])
      }
      value += part.value
    }
    return value === '' ? TaintedString.empty : new TaintedString(value, spans)
  }

  static join(parts: readonly TaintedString[], separator: TaintedString): TaintedString {
    return TaintedString.concat(
      parts.flatMap((part, at) => (at === 0 ? [part] : [separator, part])),
    )
  }

  /** As `String.prototype.slice`, without negative positions. */
  slice(from: number, to = this.value.length): TaintedString {
    if (from <= 0 && to >= this.value.length) return this
    const spans = this.spans.flatMap(([start, end]): Span[] => {
      const span: Span = [Math.max(start, from) - from, Math.min(end, to) - from]
      return span[0] < span[1] ? [span] : []
    })
    return new TaintedString(this.value.slice(from, to), spans)
  }

  /** Changes the text where it is all of one origin, each stretch by itself. */
  map(change: (text: string) => string): TaintedString {
    return TaintedString.concat(
      this.runs().map(({ text, isInput }) =>
        isInput ? TaintedString.input(change(text)) : change(text),
      ),
    )
  }

  /** The stretches of one origin each. */
  runs(): readonly { text: string; isInput: boolean }[] {
    const runs: { text: string; isInput: boolean }[] = []
    let at = 0
    for (const [from, to] of this.spans) {
      if (at < from) runs.push({ text: this.value.slice(at, from), isInput: false })
      runs.push({ text: this.value.slice(from, to), isInput: true })
      at = to
    }
    if (at < this.value.length) runs.push({ text: this.value.slice(at), isInput: false })
    return runs
  }

  toString(): string {
    return this.value
  }
}
