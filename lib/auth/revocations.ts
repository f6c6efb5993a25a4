import { AppError } from '@/lib/platform/errors'
import type { Admission } from '@/lib/sse'
import { type Caller, keyIdOf } from './caller'

/** What can end while a stream is open. */
type Revoked = { kind: 'session' | 'key' | 'user'; id: string }

/** setTimeout holds no more, in milliseconds. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** Tells what is open that the credential it was opened with has ended. */
export class Revocations {
  readonly #watchers = new Map<string, Set<() => void>>()

  /**
   * Calls `listener` when the caller's session or key is ended or expires, or their account is closed.
   * @returns unsubscribe
   */
  watch({ userId, credential }: Pick<Caller, 'userId' | 'credential'>, listener: () => void) {
    const names = [
      ...(credential ? [`${credential.kind}:${credential.id}`] : []),
      ...(userId ? [`user:${userId}`] : []),
    ]
    for (const name of names) this.#listenersOf(name).add(listener)
    const left = (credential?.expiresAt ?? Number.POSITIVE_INFINITY) - Date.now()
    const timer = left <= MAX_TIMEOUT_MS ? setTimeout(listener, Math.max(0, left)) : undefined
    timer?.unref()
    return () => {
      clearTimeout(timer)
      for (const name of names) this.#forget(name, listener)
    }
  }

  /** Ends, at once, whatever was opened with it. */
  revoke({ kind, id }: Revoked): void {
    for (const listener of [...(this.#watchers.get(`${kind}:${id}`) ?? [])]) listener()
  }

  #listenersOf(name: string): Set<() => void> {
    const listeners = this.#watchers.get(name) ?? new Set()
    this.#watchers.set(name, listeners)
    return listeners
  }

  #forget(name: string, listener: () => void): void {
    const listeners = this.#watchers.get(name)
    listeners?.delete(listener)
    if (listeners?.size === 0) this.#watchers.delete(name)
  }
}

/** Seconds after which a client at the limit of its key may try again. */
const RETRY_AFTER_SECONDS = 5

/**
 * Ties streams to the credential of their request: every stream ends with it, and counts for its key,
 * without the route that opens it having to think of that.
 */
export class Admissions {
  readonly #callers = new WeakMap<Request, Caller>()
  readonly #openByKey = new Map<string, number>()
  readonly #revocations: Revocations

  constructor(revocations: Revocations) {
    this.#revocations = revocations
  }

  /** Notes who makes a request, before its handler runs. */
  register(request: Request, caller: Caller): void {
    this.#callers.set(request, caller)
  }

  /** Whether the request may hold one more stream. One synchronous step, so the count is exact. */
  admit(request: Request): Admission {
    const caller = this.#callers.get(request)
    if (!caller) return { kind: 'admitted', onRevoked: () => () => {}, release: () => {} }
    const keyId = keyIdOf(caller)
    const max = caller.credential?.kind === 'key' ? caller.credential.quota.maxStreams : null
    const open = keyId ? (this.#openByKey.get(keyId) ?? 0) : 0
    if (max !== null && open >= max) return { kind: 'refused', response: tooManyStreams(max) }
    if (keyId) this.#openByKey.set(keyId, open + 1)
    return {
      kind: 'admitted',
      onRevoked: (listener) => this.#revocations.watch(caller, listener),
      release: () => keyId && this.#release(keyId),
    }
  }

  #release(keyId: string): void {
    const left = (this.#openByKey.get(keyId) ?? 1) - 1
    if (left > 0) this.#openByKey.set(keyId, left)
    else this.#openByKey.delete(keyId)
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
