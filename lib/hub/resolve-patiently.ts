import { unlessAborted } from '@/lib/downloads/jobs/abortable'
import { TransferFault, toFault } from '@/lib/downloads/transfer/faults'
import { Patience, type PatienceOptions } from '@/lib/downloads/transfer/patience'
import type { ResolvedDownload } from '@/lib/downloads/types'
import { isAppError } from '@/lib/platform/errors'
import { UNTOLD_SECONDS } from './hub-errors'

/**
 * Asks what a reference stands for until there is an answer: a hub that is away or busy is asked again,
 * as patiently as for a file.
 * @param ask is told how often it was called before.
 * @throws AppError, the hub's own when it answered; the signal's reason.
 */
export async function resolvePatiently(
  ask: (attempt: number) => Promise<ResolvedDownload>,
  options: PatienceOptions,
  signal: AbortSignal,
): Promise<ResolvedDownload> {
  const patience = new Patience(options)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await unlessAborted(ask(attempt), signal)
    } catch (error) {
      signal.throwIfAborted()
      await wait(patience, error, signal)
    }
  }
}

async function wait(patience: Patience, error: unknown, signal: AbortSignal): Promise<void> {
  try {
    await patience.after(passing(error), signal, performance.now())
  } catch (final) {
    signal.throwIfAborted()
    throw isAppError(error) ? error : final
  }
}

/** What the resolver throws, as the fault that it is. */
function passing(error: unknown): TransferFault {
  if (!isAppError(error)) return toFault(error)
  // Only a hub that is broken for now says when to come back; any other answer is not one of its API.
  if (error.code === 'hub_error' && error.retryAfter === undefined)
    return new TransferFault(error.message, { kind: 'bad_reply' })
  if (error.status !== 429 && error.status < 500) return toFault(error)
  const { retryAfter = UNTOLD_SECONDS } = error
  const retryAfterMs = retryAfter === UNTOLD_SECONDS ? null : retryAfter * 1000
  return new TransferFault(error.message, { kind: 'transient', retryAfterMs, pushback: true })
}
