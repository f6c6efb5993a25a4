import { UNTOLD_SECONDS } from '@/lib/hub/hub-errors'
import type { ResolvedDownload } from '@/lib/hub/reference'
import { unlessAborted } from '@/lib/platform/abort'
import { isAppError } from '@/lib/platform/errors'
import { TransferFault, toFault } from '../transfer/faults'
import { type RetryOptions, RetryPolicy } from '../transfer/retry-policy'

/**
 * Asks what a reference stands for until there is an answer: a hub that is away or busy is asked again,
 * as a file is.
 * @param ask is told how often it was called before.
 * @throws AppError, the hub's own when it answered; the signal's reason.
 */
export async function resolveWithRetries(
  ask: (attempt: number) => Promise<ResolvedDownload>,
  options: RetryOptions,
  signal: AbortSignal,
): Promise<ResolvedDownload> {
  const retry = new RetryPolicy(options)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await unlessAborted(ask(attempt), signal)
    } catch (error) {
      signal.throwIfAborted()
      await wait(retry, error, signal)
    }
  }
}

async function wait(retry: RetryPolicy, error: unknown, signal: AbortSignal): Promise<void> {
  try {
    await retry.after(passing(error), signal, performance.now())
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
