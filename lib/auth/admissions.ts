import { AppError } from '@/lib/platform/errors'
import type { Admission } from '@/lib/sse'
import { type Caller, keyIdOf } from './caller'
import type { Revocations } from './revocations'

/** Seconds after which a client at the limit of its key may try again. */
const RETRY_AFTER_SECONDS = 5

/**
 * Ties streams to the credential of their request: every stream ends with it, and counts for its key,
 * without the route that opens it having to think of that.
 */
export class Admissions {
  private readonly callers = new WeakMap<Request, Caller>()
  private readonly openByKey = new Map<string, number>()

  constructor(private readonly revocations: Revocations) {}

  /** Notes who makes a request, before its handler runs. */
  register(request: Request, caller: Caller): void {
    this.callers.set(request, caller)
  }

  /** Whether the request may hold one more stream. One synchronous step, so the count is exact. */
  admit(request: Request): Admission {
    const caller = this.callers.get(request)
    if (!caller) return { kind: 'admitted', onRevoked: () => () => {}, release: () => {} }
    const keyId = keyIdOf(caller)
    const max = caller.credential?.kind === 'key' ? caller.credential.quota.maxStreams : null
    const open = keyId ? (this.openByKey.get(keyId) ?? 0) : 0
    if (max !== null && open >= max) return { kind: 'refused', response: tooManyStreams(max) }
    if (keyId) this.openByKey.set(keyId, open + 1)
    return {
      kind: 'admitted',
      onRevoked: (listener) => this.revocations.watch(caller, listener),
      release: () => keyId && this.release(keyId),
    }
  }

  private release(keyId: string): void {
    const left = (this.openByKey.get(keyId) ?? 1) - 1
    if (left > 0) this.openByKey.set(keyId, left)
    else this.openByKey.delete(keyId)
  }
}

function tooManyStreams(max: number): Response {
  return new AppError('This key has as many streams open as it may.', {
    code: 'key_streams_full',
    status: 429,
    hint: `Close one first; the key may hold ${max} at once.`,
    retryAfter: RETRY_AFTER_SECONDS,
  }).toResponse()
}
