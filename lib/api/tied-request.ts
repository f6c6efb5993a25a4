import type { Caller } from '@/lib/auth/caller'
import { AppError } from '@/lib/platform/errors'
import type { Services } from '@/lib/services'

/** A request that also ends when what its caller showed ends. */
export type TiedRequest = {
  request: Request
  /** @throws AppError 401 when the key or the session has ended meanwhile. */
  check(): void
  /** Called when the handler is done; the streams that it opened stay tied. */
  release(): void
}

/**
 * Ties a request to the credential of its caller: its signal aborts when that is revoked, so that work for it stops,
 * and the streams that the handler opens with it end.
 */
export function tieToCredential(
  request: Request,
  caller: Caller,
  { revocations, admissions }: Pick<Services['auth'], 'revocations' | 'admissions'>,
): TiedRequest {
  if (!caller.credential) return { request, check: () => {}, release: () => {} }
  const controller = new AbortController()
  const follow = () => controller.abort(request.signal.reason)
  request.signal.addEventListener('abort', follow, { once: true })
  if (request.signal.aborted) follow()
  let isRevoked = false
  const release = revocations.watch(caller, () => {
    isRevoked = true
    controller.abort()
  })
  const { url, method, headers } = request
  const tied = new Request(url, { method, headers, signal: controller.signal })
  admissions.register(tied, caller)
  const check = () => {
    if (isRevoked) throw ended()
  }
  return { request: tied, check, release }
}

function ended(): AppError {
  return new AppError('The key or the session of this request has ended.', {
    code: 'credential_ended',
    status: 401,
    hint: 'It was revoked while the request ran. Use another key, or sign in again.',
  })
}
