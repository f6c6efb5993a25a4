import { decodeEntities } from './entities'

/** After the text of a link: its address, maybe in angle brackets, and maybe a title. */
const TARGET =
  /\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)/y

/** The beginning of the same, to the end of the text. */
const HALF_TARGET = /\([^)\n]*$/y

/** Addresses that stand in a text without brackets. */
const BARE = /(?:https?:\/\/|www\.)[^\s<>]+/iy
const ANGLED = /<((?:https?:|mailto:)[^\s<>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>/iy

/** What a pattern finds exactly at `at`. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** An address in a text, and where the text goes on after it. */
export type Found = { href: string; text: string; end: number }

/** The address of a link whose text ends right before `at`. */
export function targetAt(text: string, at: number): { href: string; end: number } | null {
  const match = matchAt(TARGET, text, at)
  if (!match) return null
  const href = (match[1] ?? match[2] ?? '').replace(/\\([!-/:-@[-`{-~])/g, '$1')
  return { href: decodeEntities(href), end: at + match[0].length }
}

/** Whether an address begins at `at` that is not whole yet. */
export function isHalfTarget(text: string, at: number): boolean {
  return matchAt(HALF_TARGET, text, at) !== null
}

/** `<https://…>` or `<ada@example.org>`. */
export function angledAt(text: string, at: number): Found | null {
  const match = matchAt(ANGLED, text, at)
  const [whole = '', inner = ''] = match ?? []
  if (!match) return null
  const href = /^[a-z]+:/i.test(inner) ? inner : `mailto:${inner}`
  return { href, text: inner, end: at + whole.length }
}

/** An address that stands there by itself, without the punctuation after it. */
export function bareAt(text: string, at: number): Found | null {
  if (/[\p{L}\p{N}_]/u.test(text.charAt(at - 1))) return null
  let [found = ''] = matchAt(BARE, text, at) ?? []
  found = found.replace(/[*_~]+.*$/s, (tail) => (/^[*~]|^_+$/.test(tail) ? '' : tail))
  found = found.replace(/[?!.,:;'"]+$/, '')
  while (found.endsWith(')') && found.split(')').length > found.split('(').length)
    found = found.slice(0, -1)
  if (!/^(?:https?:\/\/|www\.)[\w[]/i.test(found)) return null
  const href = /^www/i.test(found) ? `http://${found}` : found
  return { href, text: found, end: at + found.length }
}

/** The address of a link that may be followed, or null: only the web and mail, never a script. */
export function safeHref(href: string): string | null {
  if (!URL.canParse(href)) return null
  return ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol) ? href : null
}
