import {
  DOUBLE,
  type Grammar,
  HASH,
  longString,
  NUMBER,
  type Rule,
  SIGNS,
  SINGLE,
  SLASHES,
  STARS,
  words,
} from './grammar'

const VALUES = [DOUBLE, SINGLE, NUMBER, SIGNS]
const TRUTH = words('', 'true false null yes no on off inf nan')

export const JSON_DATA: Grammar = {
  rules: [
    SLASHES,
    STARS,
    { kind: 'function', match: /"(?:[^"\\]|\\.)*"(?=\s*:)/y },
    DOUBLE,
    { ...NUMBER, match: /-?\d[\d.]*(?:e[+-]?\d+)?/iy },
    SIGNS,
  ],
  words: TRUTH,
}

export const YAML: Grammar = {
  rules: [
    HASH,
    { kind: 'function', match: /(?<=^[\s-]*)[\w./-]+(?=\s*:(?:\s|$))/y },
    { kind: 'keyword', match: /[&*]\w+|^---|^\.\.\./y },
    ...VALUES,
  ],
  words: TRUTH,
}

export const TOML: Grammar = {
  rules: [
    { kind: 'comment', match: /#.*/y },
    { kind: 'keyword', match: /(?<=^\s*)\[\[?[^\]]*\]?\]?/y },
    { kind: 'function', match: /(?<=^\s*)[\w.-]+(?=\s*=)/y },
    longString(/"""/y, /"""/y),
    { kind: 'string', match: /'''/y, until: /'''/y },
    ...VALUES,
  ],
  words: TRUTH,
}

export const DIFF: Grammar = {
  rules: [
    { kind: 'comment', match: /^(?:diff|index|---|\+\+\+).*/y },
    { kind: 'function', match: /^@@.*/y },
    { kind: 'string', match: /^\+.*/y },
    { kind: 'constant', match: /^-.*/y },
    { kind: 'plain', match: /.+/y },
  ],
  words: words('', ''),
}

const ATTRIBUTES: readonly Rule[] = [
  { kind: 'string', match: /"[^"]*"?|'[^']*'?/y },
  { kind: 'function', match: /[\w:@.-]+/y },
  { kind: 'punctuation', match: /=/y },
]

export const HTML: Grammar = {
  rules: [
    { kind: 'comment', match: /<!--/y, until: /-->/y },
    { kind: 'keyword', match: /<[/!?]?[\w:-]+/y, until: /[/?]?>/y, within: ATTRIBUTES },
    { kind: 'constant', match: /&#?\w+;/y },
    { kind: 'plain', match: /[^<&]+/y },
  ],
  words: words('', ''),
}

export const CSS: Grammar = {
  rules: [
    STARS,
    DOUBLE,
    SINGLE,
    { kind: 'keyword', match: /@[\w-]+|!important/y },
    { kind: 'function', match: /--[\w-]+|[\w-]+(?=\s*:(?!:)(?!.*\{))/y },
    { kind: 'constant', match: /#[\da-f]{3,8}\b(?!.*\{)|-?\d*\.?\d+(?:%|[a-z]+)?/iy },
    { kind: 'keyword', match: /[.#]?[a-z_][\w-]*(?=[^:;]*[,{])/iy },
    { kind: 'plain', match: /[\w-]+(?!\()/y },
    SIGNS,
  ],
  words: words('', ''),
}
