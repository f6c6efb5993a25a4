import {
  DOUBLE,
  type Grammar,
  HASH,
  longString,
  NUMBER,
  type Rule,
  SIGNS,
  STARS,
  words,
} from './grammar'

export const PYTHON: Grammar = {
  rules: [
    { kind: 'comment', match: /#.*/y },
    longString(/[fbru]{0,2}"""/iy, /"""/y),
    longString(/[fbru]{0,2}'''/iy, /'''/y),
    { kind: 'string', match: /[fbru]{0,2}(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)/iy },
    { kind: 'function', match: /@[\w.]+/y },
    NUMBER,
    SIGNS,
  ],
  words: words(
    'and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield',
    'False None True bool bytes cls dict float int list object self set str tuple',
  ),
}

const VARIABLE: Rule = { kind: 'constant', match: /\$(?:\w+|\{[^}]*\}?|[@*#?!$-])/y }

export const BASH: Grammar = {
  rules: [
    HASH,
    longString(/"/y, /"/y, [VARIABLE]),
    { kind: 'string', match: /'/y, until: /'/y },
    VARIABLE,
    { kind: 'constant', match: /(?<=\s)--?[a-z][\w-]*/iy },
    { kind: 'plain', match: /\w+(?==)/y },
    // What stands where a command does.
    {
      kind: 'function',
      match:
        /(?<=(?:^|[|;&(]|\b(?:sudo|then|do|else)) *)(?!(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|in|function|return|exit|export|local)\b)[\w./-]+/y,
    },
    NUMBER,
    SIGNS,
  ],
  words: words(
    'case declare do done elif else esac exit export fi for function if in local readonly return select shift source then until while',
    'false true',
  ),
}

export const SQL: Grammar = {
  anyCase: true,
  rules: [
    { kind: 'comment', match: /--.*/y },
    STARS,
    { kind: 'string', match: /'/y, until: /'/y },
    DOUBLE,
    { kind: 'plain', match: /`[^`]*`?/y },
    NUMBER,
    SIGNS,
  ],
  words: words(
    'add all alter and any as asc begin between by cascade case check column commit conflict constraint create cross cursor database default delete desc distinct do drop else end except exists explain fetch for foreign from full function grant group having if ilike in index inner insert intersect into is join key left like limit materialized natural not nothing offset on or order outer over partition primary procedure recursive references replace returning revoke right rollback row rows schema select set table temporary then to transaction trigger truncate union unique update using values view when where window with',
    'bigint blob boolean char date decimal double false float int integer interval json jsonb null numeric real serial smallint text time timestamp timestamptz true uuid varchar',
  ),
}
