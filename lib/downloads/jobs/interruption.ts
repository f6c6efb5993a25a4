/** Why a running job is stopped from outside; the reason of its abort signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly kind: 'pause' | 'cancel' | 'shutdown'

  constructor(kind: 'pause' | 'cancel' | 'shutdown') {
    super(`The download was interrupted: ${kind}.`)
    this.kind = kind
  }
}

/** Whether a signal says that nothing of the job is wanted any more. */
export function isCancelled(signal: AbortSignal): boolean {
  return signal.reason instanceof Interruption && signal.reason.kind === 'cancel'
}
