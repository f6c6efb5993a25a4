import { unsupported } from './schema-keywords'

/**
 * Parts of schemas and characters of grammar that one answer may take. A worker does nothing else while it turns one into
 * the other, and several times as much would look like a hang and end everybody's streams.
 */
const MOST_PARTS = 3000
const MOST_CHARACTERS = 64_000
/** Values in two schemas that are put together, which cost as much as one part. */
const VALUES_OF_A_PART = 200
/** Characters of a text that cost as much as one value. */
const CHARACTERS_OF_A_VALUE = 64
/** A longer repetition is refused by the engine, or costs no more. */
const WRITTEN_OUT = 2000

/** The rules of a GBNF grammar in the making (llama.cpp's notation for grammars). */
export class GrammarRules {
  #parts = 0
  #size = 0
  readonly #rules = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #sizes = new WeakMap<object, number>()

  /** Counts two schemas that are put together: each value of theirs may be compared. @throws AppError as `visit` */
  visitMerge(left: object, right: object): void {
    this.visit(0.25 + (this.#sizeOf(left) + this.#sizeOf(right)) / VALUES_OF_A_PART)
  }

  /** Values within a value, which are counted once however often they are asked for. */
  #sizeOf(value: unknown): number {
    if (typeof value === 'string') return 1 + value.length / CHARACTERS_OF_A_VALUE
    if (typeof value !== 'object' || value === null) return 1
    const known = this.#sizes.get(value)
    if (known !== undefined) return known
    const size = Object.values(value).reduce<number>((sum, part) => sum + this.#sizeOf(part), 1)
    this.#sizes.set(value, size)
    return size
  }

  /** Counts something that the engine writes out as often as `times`. @throws AppError as `visit` */
  visitRepetition(times: number): void {
    this.visit(Math.ceil(Math.min(times, WRITTEN_OUT) / 200))
  }

  /** Counts parts of a schema. @throws AppError `unsupported_schema` when they are too many */
  visit(parts = 1): void {
    this.#parts += parts
    if (this.#parts > MOST_PARTS) throw unsupported(`more than ${MOST_PARTS} parts`)
  }

  /** Reserves a name, so that a rule may refer to itself. */
  reserve(): string {
    const name = `r${this.#rules.size}`
    this.#rules.set(name, '')
    return name
  }

  /** Gives a reserved name its body. @throws AppError `unsupported_schema` when the grammar is too large */
  define(name: string, body: string): void {
    this.#size += body.length
    if (this.#size > MOST_CHARACTERS) throw unsupported('more values than the engine takes')
    this.#rules.set(name, body)
  }

  /** The name of a rule with this body; the same body is the same rule. */
  add(body: string): string {
    const known = this.#names.get(body)
    if (known) return known
    const name = this.reserve()
    this.define(name, body)
    this.#names.set(body, name)
    return name
  }

  /** The whole grammar, starting at `root`. */
  toText(root: string): string {
    return [
      `root ::= ${root}`,
      ...[...this.#rules].map(([name, body]) => `${name} ::= ${body}`),
    ].join('\n')
  }
}

/** A text that must appear as it is. */
export function literal(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
  return `"${escaped}"`
}

/** One of these. */
export function either(choices: readonly string[]): string {
  return choices.length === 1 ? (choices[0] ?? '') : `(${choices.join(' | ')})`
}

/** `item` again and again; `max` undefined is without end. */
export function repeat(item: string, min: number, max: number | undefined): string {
  if (max === 0) return '""'
  return max === undefined ? `(${item}){${min},}` : `(${item}){${min},${max}}`
}

/** A listed value can be deeper than what JSON can be written of. @throws AppError `unsupported_schema` */
export function refuseTooDeep<T>(write: () => T): T {
  try {
    return write()
  } catch (error) {
    if (error instanceof RangeError) throw unsupported('values of too many levels')
    throw error
  }
}
