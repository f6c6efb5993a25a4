import { SEPARATOR } from './json-values'
import type { GrammarRules } from './rules'

type Member = { text: string; required: boolean }

/**
 * The members of an object in their order, those that are not required left out or not. Two rules for each position,
 * one for when nothing stands before it and one for when a comma is due, so the grammar grows with the number of members only.
 */
export function objectBody(rules: GrammarRules, members: readonly Member[]): string {
  let next = { first: '""', later: '""' }
  for (const { text, required } of [...members].reverse()) {
    const taken = `${text} ${next.later}`
    const takenLater = `${SEPARATOR} ${text} ${next.later}`
    next = {
      first: rules.add(required ? taken : `${taken} | ${next.first}`),
      later: rules.add(required ? takenLater : `${takenLater} | ${next.later}`),
    }
  }
  return next.first
}
