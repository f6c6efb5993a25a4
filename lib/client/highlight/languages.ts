import { C, GO, JAVA, JAVASCRIPT, RUST } from './c-like'
import type { Grammar } from './grammar'
import { CSS, DIFF, HTML, JSON_DATA, TOML, YAML } from './markup'
import { BASH, PYTHON, SQL } from './scripts'

/** The languages that are coloured, by what people write after the fence. */
const LANGUAGES = new Map<string, Grammar>([
  ...named(BASH, 'bash console sh shell zsh'),
  ...named(C, 'c c++ cpp h hpp'),
  ...named(CSS, 'css scss'),
  ...named(DIFF, 'diff patch'),
  ...named(GO, 'go golang'),
  ...named(HTML, 'html svg vue xml'),
  ...named(JAVA, 'java kotlin'),
  ...named(JAVASCRIPT, 'javascript js jsx mjs ts tsx typescript'),
  ...named(JSON_DATA, 'json json5 jsonc'),
  ...named(PYTHON, 'py python python3'),
  ...named(RUST, 'rs rust'),
  ...named(SQL, 'postgresql sql sqlite'),
  ...named(TOML, 'ini toml'),
  ...named(YAML, 'yaml yml'),
])

function named(grammar: Grammar, names: string): [string, Grammar][] {
  return names.split(' ').map((name) => [name, grammar])
}

/** The language that a fence names; null for one that is shown plain. */
export function languageOf(fence: string): Grammar | null {
  return LANGUAGES.get(fence.trim().toLowerCase()) ?? null
}
