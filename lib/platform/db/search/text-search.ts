import type { CompiledQuery } from 'kysely'
import { z } from 'zod'
import { foldText } from './fold'

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
export type PageRunner = (query: TextQuery, text: string | undefined) => Promise<PageMatches>

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
