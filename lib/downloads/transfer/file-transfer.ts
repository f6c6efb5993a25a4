import type { ResolvedFile } from '@/lib/hub/reference'
import { AppError } from '@/lib/platform/errors'
import { isChanged } from './faults'
import { type AttemptOptions, FileAttempt, HashMismatch } from './file-attempt'
import { FileSource } from './file-source'
import { journalPath, removePartial } from './files'
import { openPartial, readPartial } from './partial'
import { RangePlan } from './range-plan'
import { RetryPolicy } from './retry-policy'
import type { FetchedFile, TransferEvents, TransferSettings } from './settings'

/**
 * Fetches one file next to where it will be, and checks its hash. What an earlier try left is gone on
 * with when its journal says that it is of the same content. When the hash is wrong all of it is fetched once more, over
 * one connection and from a fresh address: most often something on the way has mixed up ranges.
 * @param path absolute; the bytes go to `<path>.part`.
 * @throws AppError; TransferFault `changed` when the file is another one now; the signal's reason.
 */
export async function transferFile(
  settings: TransferSettings,
  file: ResolvedFile,
  path: string,
  events: TransferEvents,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const { giveUpMs, backoffMs, onRetry } = settings
  const retry = new RetryPolicy({ giveUpMs, backoffMs, onNote: events.onNote, onRetry })
  const options = { settings, file, path, events, retry, sequential: false }
  try {
    return await attempt(options, signal)
  } catch (error) {
    if (!(error instanceof HashMismatch)) throw error
    await events.onRestart()
    events.onNote(`${error.message} It is fetched again.`)
  }
  try {
    return await attempt({ ...options, sequential: true }, signal)
  } catch (error) {
    throw error instanceof HashMismatch ? corrupt(error) : error
  }
}

/**
 * Asks once more for a file that was fetched, when nobody published its hash: while other parts of its model came, all of
 * them may have been replaced. A server that does not answer now says nothing against it.
 * @throws TransferFault `changed` when it is another one now, of which nothing is kept; the signal's reason.
 */
export async function confirmVersion(
  settings: TransferSettings,
  file: ResolvedFile,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const { client, stallMs, bootId } = settings
  const state = file.sha256 === null ? await readState(file, path, bootId) : null
  if (!state?.validator) return
  const source = new FileSource({
    ...{ client, file, stallMs, onSize: async () => undefined },
    plan: new RangePlan(state.size, [], 1),
    journal: { state, validator: async () => undefined },
  })
  try {
    // Only the head of the reply is of interest, which every server gives for the whole file.
    const { body } = await source.open(null, signal)
    body.destroy()
  } catch (error) {
    signal.throwIfAborted()
    if (!isChanged(error)) return
    await removePartial(path)
    throw error
  }
}

async function attempt(options: AttemptOptions, signal: AbortSignal): Promise<FetchedFile> {
  const { file, path, events } = options
  const { bootId, openPart } = options.settings
  const state = await readState(file, path, bootId)
  if (state?.sha256 && state.size !== null) {
    events.onBytes(state.size)
    return { size: state.size, sha256: state.sha256 }
  }
  const partial = await openPartial(file, path, { state, bootId, openPart })
  try {
    try {
      return await new FileAttempt(options, partial).run(signal)
    } finally {
      await partial.close()
    }
  } catch (error) {
    // Wrong somewhere, nobody knows where; or of a version that no server has any more, and no hash tells it apart.
    if (error instanceof HashMismatch || (isChanged(error) && !file.sha256))
      await removePartial(path)
    throw error
  }
}

function readState(file: ResolvedFile, path: string, bootId: string | null) {
  return readPartial(file, path, bootId).catch((cause: unknown) => {
    throw journalUnreadable(path, cause)
  })
}

function journalUnreadable(path: string, cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new AppError(`What is there of the file can not be read: ${detail}.`, {
    code: 'cannot_read',
    status: 500,
    hint: `Let the server read ${journalPath(path)}, or move it away to begin the file again, then retry.`,
    cause,
  })
}

function corrupt({ message, cause }: HashMismatch): AppError {
  return new AppError(`${message} It was fetched twice.`, {
    code: 'checksum_mismatch',
    status: 502,
    hint: 'Nothing was installed. Retry fetches it anew; if it happens again, the hub or a proxy changes the bytes.',
    cause,
  })
}
