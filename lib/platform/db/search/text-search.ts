import type { CompiledQuery } from 'kysely'
import { z } from 'zod'

const keyedRow = z.looseObject({ key: z.string() })

/** A query whose rows have a `key` and texts in all other columns, as it is sent to the thread that runs it. */
export type TextQuery = { sql: string; parameters: readonly unknown[] }

/** What a page of rows has: the keys of those whose texts match, and the last key. */
export type PageMatches = { keys: string[]; last: string | null }

/** What compiles to such a query. */
type Page = { compile(): CompiledQuery }

/** What is searched for. */
export type SearchRequest = {
  /** Found in any case, with or without accents; undefined finds every row. */
  text: string | undefined
  /** Keys that are wanted at most. */
  limit: number
  /** The next page of rows after the one whose last key is given, undefined at first; null when there is none. */
  nextPage(last: string | null | undefined): Page | null
}

/** Runs one page of rows, away from the event loop. */
type PageRunner = (query: TextQuery, text: string | undefined) => Promise<PageMatches>

/** Finds rows by their text. */
export type TextSearch = { find(request: SearchRequest): Promise<string[]> }

/**
 * The keys of the rows that match, in the order of the pages. Page by page, so that no search keeps another waiting,
 * nor a reader of the database open, which would keep its write-ahead log from being emptied.
 */
export async function findByPages(
  run: PageRunner,
  { text, limit, nextPage }: SearchRequest,
): Promise<string[]> {
  const found = new Set<string>()
  let last: string | null | undefined
  for (let page = nextPage(last); page && found.size < limit; page = nextPage(last)) {
    const { sql, parameters } = page.compile()
    const matches = await run({ sql, parameters }, text)
    for (const key of matches.keys) found.add(key)
    last = matches.last
  }
  return [...found].slice(0, limit)
}

/** Which of these rows have the text in one of their columns. */
export function matchRows(rows: readonly unknown[], text: string | undefined): PageMatches {
  const needle = text === undefined ? undefined : foldText(text)
  const keys = new Set<string>()
  let last: string | null = null
  for (const row of rows) {
    const { key, ...texts } = keyedRow.parse(row)
    last = key
    if (needle === undefined || (!keys.has(key) && has(Object.values(texts), needle))) keys.add(key)
  }
  return { keys: [...keys], last }
}

function has(texts: readonly unknown[], needle: string): boolean {
  return texts.some((text) => typeof text === 'string' && foldText(text).includes(needle))
}

/** Marks that a reader leaves out when they search: accents, and the vowel points of Hebrew and Arabic. */
const OPTIONAL_MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g

const ASCII = /^[\0-\x7f]*$/

/**
 * Text as a search compares it: without regard to case, accents and width, in every script. Marks that make another
 * letter of one (が, हि) stay. Upper case comes first, since some letters are told apart in lower case only (ß and ss, σ
 * and ς), and some marks are letters in upper case (ᾳ, ΑΙ).
 * @see https://www.unicode.org/reports/tr15/ for the normal forms
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  const plain = text.normalize('NFKD').toUpperCase().replace(OPTIONAL_MARKS, '')
  return plain.toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}
