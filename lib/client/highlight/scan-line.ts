import type { CodeKind, Grammar, Rule } from './grammar'

export type CodePiece = { content: string; kind: CodeKind }

/** What a line begins in: a rule that goes on over line ends, as a comment does; null in none. */
export type LineState = Rule | null

/** Longer lines, which nobody reads, stay plain, so that no line is slow. Characters. */
const MAX_LINE_LENGTH = 1000

const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy
const BLANKS = /\s+/y
const CALL = /\s*\(/y

/** Colours one line. The state at its end is where the next line begins. */
export function scanLine(
  line: string,
  grammar: Grammar,
  before: LineState,
): { pieces: CodePiece[]; state: LineState } {
  if (line.length > MAX_LINE_LENGTH)
    return { pieces: [{ content: line, kind: 'plain' }], state: before }
  const pieces: CodePiece[] = []
  let state = before
  for (let at = 0; at < line.length; ) {
    const next = state ? stepWithin(line, at, state) : stepOutside(line, at, grammar)
    state = next.state
    addTo(pieces, line.slice(at, next.end), next.kind)
    at = next.end
  }
  return { pieces, state }
}

type Step = { kind: CodeKind; end: number; state: LineState }

function stepWithin(line: string, at: number, rule: Rule): Step {
  const end = rule.until ? endOf(rule.until, line, at) : at
  if (end > at) return { kind: rule.kind, end, state: null }
  for (const inner of rule.within ?? []) {
    const end = endOf(inner.match, line, at)
    if (end > at) return { kind: inner.kind, end, state: rule }
  }
  return { kind: rule.kind, end: at + 1, state: rule }
}

function stepOutside(line: string, at: number, { rules, words, anyCase }: Grammar): Step {
  const blanks = endOf(BLANKS, line, at)
  if (blanks > at) return { kind: 'plain', end: blanks, state: null }
  for (const rule of rules) {
    const end = endOf(rule.match, line, at)
    if (end > at) return { kind: rule.kind, end, state: rule.until ? rule : null }
  }
  const end = endOf(WORD, line, at)
  if (end === at) return { kind: 'plain', end: at + 1, state: null }
  const written = line.slice(at, end)
  const word = anyCase ? written.toLowerCase() : written
  if (words.keywords.has(word)) return { kind: 'keyword', end, state: null }
  if (words.constants.has(word)) return { kind: 'constant', end, state: null }
  return { kind: endOf(CALL, line, end) > end ? 'function' : 'plain', end, state: null }
}

/** Where what a sticky pattern finds at `at` ends; `at` when it finds nothing. */
function endOf(pattern: RegExp, line: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(line) ? pattern.lastIndex : at
}

function addTo(pieces: CodePiece[], content: string, kind: CodeKind): void {
  const last = pieces.at(-1)
  if (last?.kind === kind) last.content += content
  else pieces.push({ content, kind })
}
