import type { ResolvedFile } from '@/lib/hub/reference'
import { diskError, fileSize, journalPath, openPartFile, type PartFile, partPath } from './files'
import { Journal, readJournal } from './journal'
import type { JournalState } from './journal-format'
import { RangeSet } from './range-plan'

/** Opens the partial file; another one in tests of a failing disk. */
export type OpenPart = (path: string, fresh: boolean) => Promise<PartFile>

/** A partial file with its journal, open for writing. */
export type Partial = { part: PartFile; journal: Journal; close(): Promise<void> }

/** Names the content of a file: partial files of different contents never mix. */
export function identityOf(file: ResolvedFile): string {
  return file.sha256 ?? file.etag ?? file.url
}

/**
 * What may be trusted of an earlier try, or null: only what a journal of the same content claims, of
 * a partial file that is at least that long.
 * @param path absolute, where the file will be installed.
 */
export async function readPartial(
  file: ResolvedFile,
  path: string,
  bootId: string | null,
): Promise<JournalState | null> {
  const state = await readJournal(journalPath(path), bootId)
  if (!state || state.identity !== identityOf(file)) return null
  if (file.size !== null && state.size !== file.size) return null
  // An address alone does not say which version the bytes are of.
  const named = file.sha256 ?? file.etag ?? state.validator ?? state.sha256
  if (named === null) return null
  const { end } = new RangeSet(state.written)
  // Nothing could complete it.
  if (state.size !== null && end > state.size) return null
  const size = await fileSize(partPath(path))
  if (size !== null) return size >= end ? state : null
  // A verified file may have its own name already: a crash can come before the catalog knows it.
  return state.sha256 && (await fileSize(path)) === state.size ? state : null
}

/** Opens the partial file to go on from `state`, or from nothing. @throws AppError when the disk refuses. */
export async function openPartial(
  file: ResolvedFile,
  path: string,
  options: { state: JournalState | null; bootId: string | null; openPart?: OpenPart },
): Promise<Partial> {
  const empty = { written: [], synced: [], validator: null, sha256: null }
  const state = options.state ?? { ...empty, identity: identityOf(file), size: file.size }
  try {
    const part = await (options.openPart ?? openPartFile)(partPath(path), options.state === null)
    try {
      const journal = await Journal.open(journalPath(path), options.bootId, state)
      const close = () => journal.close().finally(() => part.close())
      return { part, journal, close }
    } catch (error) {
      await part.close()
      throw error
    }
  } catch (error) {
    throw diskError(error)
  }
}
