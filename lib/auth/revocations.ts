import type { Caller } from './caller'

/** What can end while a stream is open. */
export type Revoked = { kind: 'session' | 'key' | 'user'; id: string }

/** setTimeout holds no more, in milliseconds. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** Tells what is open that the credential it was opened with has ended. */
export class Revocations {
  private readonly watchers = new Map<string, Set<() => void>>()

  /**
   * Calls `listener` when the caller's session or key is ended or expires, or their account is closed.
   * @returns how to stop it
   */
  watch({ userId, credential }: Pick<Caller, 'userId' | 'credential'>, listener: () => void) {
    const names = [
      ...(credential ? [`${credential.kind}:${credential.id}`] : []),
      ...(userId ? [`user:${userId}`] : []),
    ]
    for (const name of names) this.listenersOf(name).add(listener)
    const left = (credential?.expiresAt ?? Number.POSITIVE_INFINITY) - Date.now()
    const timer = left <= MAX_TIMEOUT_MS ? setTimeout(listener, Math.max(0, left)) : undefined
    timer?.unref()
    return () => {
      clearTimeout(timer)
      for (const name of names) this.forget(name, listener)
    }
  }

  /** Ends, at once, whatever was opened with it. */
  revoke({ kind, id }: Revoked): void {
    for (const listener of [...(this.watchers.get(`${kind}:${id}`) ?? [])]) listener()
  }

  private listenersOf(name: string): Set<() => void> {
    const listeners = this.watchers.get(name) ?? new Set()
    this.watchers.set(name, listeners)
    return listeners
  }

  private forget(name: string, listener: () => void): void {
    const listeners = this.watchers.get(name)
    listeners?.delete(listener)
    if (listeners?.size === 0) this.watchers.delete(name)
  }
}
