import type { LanguageInput } from 'shiki/core'

/** The languages that are highlighted; each is loaded when the first block of it is shown. */
const LANGUAGES: Record<string, () => LanguageInput> = {
  bash: () => import('shiki/langs/bash.mjs'),
  c: () => import('shiki/langs/c.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  diff: () => import('shiki/langs/diff.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  rust: () => import('shiki/langs/rust.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  toml: () => import('shiki/langs/toml.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
}

/** What people write after the fence, where it is not the language's own name. */
const ALIASES: Record<string, string> = {
  'c++': 'c',
  cpp: 'c',
  js: 'javascript',
  jsonc: 'json',
  jsx: 'javascript',
  py: 'python',
  python3: 'python',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  ts: 'typescript',
  tsx: 'typescript',
  xml: 'html',
  yml: 'yaml',
  zsh: 'bash',
}

/** The language that a fence names and how to load it; null for one that is shown plain. */
export function languageOf(fence: string): { name: string; load: () => LanguageInput } | null {
  const written = fence.trim().toLowerCase()
  const name = ALIASES[written] ?? written
  const load = Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name] : undefined
  return load ? { name, load } : null
}
