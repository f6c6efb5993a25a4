/** Why a running job is stopped from outside; the reason of its abort signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly kind: 'pause' | 'cancel' | 'shutdown'

  constructor(kind: 'pause' | 'cancel' | 'shutdown') {
    super(`The download was interrupted: ${kind}.`)
    this.kind = kind
  }
}
