/** How a piece of code is coloured; each but `plain` is a colour of the theme. */
export type CodeKind =
  | 'plain'
  | 'comment'
  | 'keyword'
  | 'string'
  | 'constant'
  | 'function'
  | 'punctuation'

/** Finds one kind of piece, exactly where it is looked for. */
export type Rule = {
  kind: CodeKind
  match: RegExp
  /** Goes on from there until this is found, over line ends too, and may hold other pieces. */
  until?: RegExp
  within?: readonly Rule[]
}

/** Names that have a colour of their own. */
export type Words = { keywords: ReadonlySet<string>; constants: ReadonlySet<string> }

/** A language: its rules, of which the first that matches counts, and then its words. */
export type Grammar = {
  rules: readonly Rule[]
  words: Words
  /** Whether `SELECT` is `select`. */
  anyCase?: boolean
}

const ESCAPE: Rule = { kind: 'string', match: /\\./y }

export const NUMBER: Rule = {
  kind: 'constant',
  match: /(?<![\w$])(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:e[+-]?\d+)?)\w*/iy,
}
export const SIGNS: Rule = { kind: 'punctuation', match: /[-+*/%=<>!&|^~?:;,.()[\]{}@#$\\]/y }
export const SLASHES: Rule = { kind: 'comment', match: /\/\/.*/y }
export const HASH: Rule = { kind: 'comment', match: /(?<=^|\s)#.*/y }
export const STARS: Rule = { kind: 'comment', match: /\/\*/y, until: /\*\//y }
/** Strings that end with their line, closed or not. */
export const DOUBLE: Rule = { kind: 'string', match: /"(?:[^"\\]|\\.)*"?/y }
export const SINGLE: Rule = { kind: 'string', match: /'(?:[^'\\]|\\.)*'?/y }

/** A string over many lines. */
export function longString(open: RegExp, until: RegExp, within: readonly Rule[] = []): Rule {
  return { kind: 'string', match: open, until, within: [ESCAPE, ...within] }
}

/** Words as people list them. */
export function words(keywords: string, constants: string): Words {
  return { keywords: new Set(keywords.split(' ')), constants: new Set(constants.split(' ')) }
}
