import { CompiledQuery } from 'kysely'
import type { Db } from '@/lib/platform/db/open'
import { findByPages, matchRows, type TextSearch } from '@/lib/platform/db/search/text-search'

/** A search without its thread: the same steps on the connection of the test. */
export function searchOn(db: Db): TextSearch {
  return {
    find: (request) =>
      findByPages(async ({ sql, parameters }, text) => {
        const { rows } = await db.executeQuery(CompiledQuery.raw(sql, [...parameters]))
        return matchRows(rows, text)
      }, request),
  }
}
