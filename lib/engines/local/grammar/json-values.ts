import { integerRange } from './integer-range'
import type { GrammarRules } from './rules'

// Whitespace is one space at most: with more, a weak model may write spaces until its tokens run out.

export const SPACE = '" "?'
const COMMA = `"," ${SPACE}`
const COLON = `":" ${SPACE}`
/** One character of a JSON string (RFC 8259 §7): no control characters, and escapes that exist. */
export const CHARACTER = '([^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4}))'

export const NUMBER = '"-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})? ([eE] [-+]? [1-9] [0-9]?)?'
export const INTEGER = integerRange(undefined, undefined) ?? ''

/** A list of `item`, from `min` to `max` of them. */
export function listOf(item: string, min: number, max: number | undefined): string {
  if (max === 0) return ''
  const more = max === undefined ? '' : String(max - 1)
  const list = `${item} (${COMMA} ${item}){${Math.max(0, min - 1)},${more}}`
  return min === 0 ? `(${list})?` : list
}

/** A member of an object. */
export function member(name: string, value: string): string {
  return `${name} ${COLON} ${value}`
}

/** Comes between members and items. */
export const SEPARATOR = COMMA

/** Any JSON value, or any object. */
export function anyJson(rules: GrammarRules): { value: string; object: string } {
  const text = rules.add(`"\\"" ${CHARACTER}* "\\""`)
  const value = rules.reserve()
  const object = rules.add(`"{" ${listOf(member(text, value), 0, undefined)} "}"`)
  const array = rules.add(`"[" ${listOf(value, 0, undefined)} "]"`)
  const number = rules.add(NUMBER)
  rules.define(value, `${object} | ${array} | ${text} | ${number} | "true" | "false" | "null"`)
  return { value, object }
}
