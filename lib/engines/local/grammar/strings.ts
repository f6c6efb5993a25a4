import type { DFA } from 'refa'
import { shortened } from '@/lib/platform/errors'
import { automatonRule, wordLengths } from './automaton-rule'
import { CHARACTER } from './json-values'
import { PatternAutomata, UnsupportedPattern } from './pattern-automaton'
import { type GrammarRules, repeat } from './rules'
import { type Keywords, unsupported } from './schema-keywords'
import { SHORT_FORMATS, STRING_FORMATS } from './string-formats'

/** Repetitions that are counted one by one; longer ones are counted in blocks of as many. llama.cpp takes 2,000 at most. */
const BLOCK = 500
const LONGEST = 1900 * BLOCK
/** States that cost a worker about as much as one part of a schema. */
const STATES_OF_A_PART = 4

/** Characters of a pattern that cost a worker about as much as one part of a schema, to be read alone. */
const CHARACTERS_OF_A_PART = 20
/** More of a pattern than that is not repeated in an error. */
const SHOWN = 100

/** A text that JSON can hold: surrogates come in pairs, as one character. */
const WRITABLE = '^[^\\ud800-\\udfff]*$'

/** What JSON Schema says of a text. */
export type TextKeywords = Pick<Keywords, 'format' | 'minLength' | 'maxLength' | 'patterns'>

/** Writes the grammar of JSON texts that are held to lengths, formats and patterns. */
export class StringGrammar {
  readonly #automata: PatternAutomata
  readonly #known = new Map<string, string>()
  readonly #automataOf = new Map<string, DFA>()
  #states = 0
  readonly #rules: GrammarRules

  constructor(rules: GrammarRules) {
    this.#rules = rules
    this.#automata = new PatternAutomata(() => {
      if (++this.#states % STATES_OF_A_PART === 0) this.#rules.visit()
    })
  }

  /** The rule for a text. @throws AppError `unsupported_schema` */
  rule({ format, minLength = 0, maxLength, patterns = [] }: TextKeywords): string {
    if (maxLength !== undefined && minLength > maxLength)
      throw unsupported('`minLength` above `maxLength`')
    if (Math.max(minLength, maxLength ?? 0) > LONGEST) throw unsupported(`lengths above ${LONGEST}`)
    if (format === undefined && patterns.length === 0)
      return `"\\"" ${this.#characters(minLength, maxLength)} "\\""`
    const key = JSON.stringify([format, minLength, maxLength, patterns])
    const known = this.#known.get(key)
    if (known) return known
    const automaton = this.#language({ format, minLength, maxLength, patterns })
    const rule = this.#rules.add(`"\\"" ${automatonRule(this.#rules, automaton)} "\\""`)
    this.#known.set(key, rule)
    return rule
  }

  /**
   * The rule for a text without quotes, which goes on until `end`: it never has that in it.
   * @throws AppError `unsupported_schema`
   */
  rawRule({ format, minLength, maxLength, patterns = [] }: TextKeywords, end: string): string {
    const without = `^(?![^]*${end.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')})[^]*$`
    // Where it is long, its length is not counted: a state for each character would be too much.
    const longest = maxLength !== undefined && maxLength > BLOCK ? undefined : maxLength
    const said = { format, minLength, maxLength: longest, patterns: [...patterns, without] }
    const key = JSON.stringify([said, 'raw'])
    const known = this.#known.get(key)
    if (known) return known
    const rule = automatonRule(this.#rules, this.#language(said), 'raw')
    this.#known.set(key, rule)
    return rule
  }

  /** Whether a text is one that the keywords allow. @throws AppError `unsupported_schema` */
  allows(text: string, keywords: TextKeywords): boolean {
    const { format, patterns = [], minLength = 0, maxLength = Number.POSITIVE_INFINITY } = keywords
    const points = [...text].map((character) => character.codePointAt(0) ?? 0)
    if (points.length < minLength || points.length > maxLength) return false
    if (format === undefined && patterns.length === 0) return true
    return this.#language({ format, patterns }).test(points)
  }

  #language({ format, minLength = 0, maxLength, patterns = [] }: TextKeywords): DFA {
    const said = [WRITABLE, ...patterns].map((pattern) => this.#found(pattern))
    const held = this.#ofLength(this.#all(said), minLength, maxLength)
    if (held.isEmpty) throw unsupported('a `pattern` that no text of its length has')
    if (format === undefined || !Object.hasOwn(STRING_FORMATS, format)) {
      // A format that is not known says less than the pattern beside it, as zod writes them.
      if (patterns.length > 0) return held
      throw unsupported(`the format \`${format}\``)
    }
    const measured = minLength > 0 || maxLength !== undefined
    const form = (measured ? SHORT_FORMATS[format] : undefined) ?? STRING_FORMATS[format]
    const formed = this.#all([...said, this.#found(`^(?:${form})$`)])
    const both = this.#ofLength(formed, minLength, maxLength)
    if (!both.isEmpty) return both
    if (patterns.length > 0) return held
    throw unsupported(`the format \`${format}\` with a length that it never has here`)
  }

  #all(automata: readonly DFA[]): DFA {
    return automata.reduce((all, one) => this.#automata.both(all, one))
  }

  #ofLength(automaton: DFA, min: number, max: number | undefined): DFA {
    const { shortest, longest } = wordLengths(automaton)
    if (shortest >= min && longest <= (max ?? Number.POSITIVE_INFINITY)) return automaton
    return this.#automata.both(automaton, this.#found(`^[^]{${min},${max ?? ''}}$`))
  }

  #found(pattern: string): DFA {
    const known = this.#automataOf.get(pattern)
    if (known) return known
    this.#rules.visit(Math.floor(pattern.length / CHARACTERS_OF_A_PART))
    try {
      const automaton = this.#automata.found(pattern)
      this.#automataOf.set(pattern, automaton)
      return automaton
    } catch (error) {
      if (!(error instanceof UnsupportedPattern)) throw error
      throw unsupported(
        `the \`pattern\` ${JSON.stringify(shortened(pattern, SHOWN))} (${error.message})`,
      )
    }
  }

  #characters(min: number, max: number | undefined): string {
    // A rule of its own, because what is repeated counts with everything that is in it.
    const one = this.#rules.add(CHARACTER)
    this.#rules.visitRepetition(Math.max(min, max ?? 0))
    if (Math.max(min, max ?? 0) <= BLOCK) return repeat(one, min, max)
    const block = this.#rules.add(repeat(one, BLOCK, BLOCK))
    const blocks = (low: number, high: number) => (high > 0 ? repeat(block, low, high) : '""')
    const whole = Math.floor(min / BLOCK)
    const first = `${blocks(whole, whole)} ${repeat(one, min % BLOCK, min % BLOCK)}`
    if (max === undefined) return `${first} ${one}*`
    const more = Math.floor((max - min) / BLOCK)
    const all = `${blocks(more, more)} ${repeat(one, 0, (max - min) % BLOCK)}`
    return more === 0
      ? `${first} ${all}`
      : `${first} (${blocks(0, more - 1)} ${repeat(one, 0, BLOCK - 1)} | ${all})`
  }
}
