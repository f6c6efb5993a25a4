import type { CharRange, DFA } from 'refa'
import { either, type GrammarRules, literal } from './rules'

/** What JSON writes behind a backslash (RFC 8259 §7). */
const ESCAPES: Readonly<Record<number, string>> = {
  8: 'b',
  9: 't',
  10: 'n',
  12: 'f',
  13: 'r',
  34: '"',
  92: '\\',
}
const FIRST_PRINTABLE = 0x20

/**
 * The name of a rule for the texts that an automaton takes, written as what stands between the quotes of JSON, or as they
 * are.
 */
export function automatonRule(
  rules: GrammarRules,
  automaton: DFA,
  style: 'json' | 'raw' = 'json',
): string {
  const useful = statesWithEnd(automaton)
  const names = new Map([...useful].map((state) => [state, rules.reserve()]))
  for (const [state, name] of names) {
    const ways = new Map<DFA.Node, CharRange[]>()
    state.out.forEach((target, range) => {
      if (useful.has(target)) ways.set(target, [...(ways.get(target) ?? []), range])
    })
    const steps = [...ways].map(
      ([target, ranges]) =>
        `${rules.add(style === 'json' ? characters(ranges) : rawCharacters(ranges))} ${names.get(target)}`,
    )
    rules.define(name, [...steps, ...(automaton.finals.has(state) ? ['""'] : [])].join(' | '))
  }
  return names.get(automaton.initial) ?? '""'
}

/** The states from which the end can be reached: a model must never be led into another. */
function statesWithEnd(automaton: DFA): ReadonlySet<DFA.Node> {
  const before = new Map<DFA.Node, DFA.Node[]>()
  for (const state of automaton.nodes())
    state.out.forEach((target) => {
      const sources = before.get(target)
      if (sources) sources.push(state)
      else before.set(target, [state])
    })
  const useful = new Set<DFA.Node>(automaton.finals)
  // A set is walked in the order in which it grows.
  for (const state of useful) for (const source of before.get(state) ?? []) useful.add(source)
  return useful
}

/** How many characters the texts have that an automaton takes; without an end when it has a circle. */
export function wordLengths(automaton: DFA): { shortest: number; longest: number } {
  const useful = statesWithEnd(automaton)
  if (!useful.has(automaton.initial)) return { shortest: 0, longest: 0 }
  let reached = new Set([automaton.initial])
  let shortest = Number.POSITIVE_INFINITY
  for (let length = 0; length <= useful.size; length++) {
    const next = new Set<DFA.Node>()
    for (const state of reached) {
      if (automaton.finals.has(state)) shortest = Math.min(shortest, length)
      state.out.forEach((target) => {
        if (useful.has(target)) next.add(target)
      })
    }
    if (next.size === 0) return { shortest, longest: length }
    reached = next
  }
  return { shortest, longest: Number.POSITIVE_INFINITY }
}

function characters(ranges: readonly CharRange[]): string {
  const plain: string[] = []
  const escaped: string[] = []
  for (const { min, max } of ranges) {
    const escapes = Object.keys(ESCAPES).map(Number)
    const special = [
      ...Array.from({ length: FIRST_PRINTABLE }, (_, point) => point),
      ...escapes.filter((point) => point >= FIRST_PRINTABLE),
    ].filter((point) => point >= min && point <= max)
    let from = Math.max(min, FIRST_PRINTABLE)
    for (const point of special) {
      escaped.push(escapeOf(point))
      if (point < from) continue
      if (point > from) plain.push(`${code(from)}-${code(point - 1)}`)
      from = point + 1
    }
    if (from <= max) plain.push(from === max ? code(from) : `${code(from)}-${code(max)}`)
  }
  return either([...(plain.length > 0 ? [`[${plain.join('')}]`] : []), ...escaped])
}

/** Control characters but for tabs and line ends are left out: no family writes them. */
function rawCharacters(ranges: readonly CharRange[]): string {
  const plain = ranges.flatMap(({ min, max }) => [
    ...[9, 10].filter((point) => point >= min && point <= max).map(code),
    ...(max >= FIRST_PRINTABLE ? [`${code(Math.max(min, FIRST_PRINTABLE))}-${code(max)}`] : []),
  ])
  return plain.length > 0 ? `[${plain.join('')}]` : '""'
}

function escapeOf(point: number): string {
  const letter = ESCAPES[point]
  return literal(letter ? `\\${letter}` : `\\u${point.toString(16).padStart(4, '0')}`)
}

/** A character in a set of GBNF. */
function code(point: number): string {
  const hex = point.toString(16).toUpperCase()
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
