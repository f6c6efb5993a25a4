import type { CallSink } from './call-body'
import type { ReplyPiece } from './reply-piece'

/** Turns what calls say into pieces. What a call says of a tool that nobody offered is not passed on. */
export class CallRecorder implements CallSink {
  #pieces: ReplyPiece[] = []
  #isKnown = false
  /** Calls of tools that were offered. */
  calls = 0
  /** All calls. */
  begun = 0
  readonly #names: { has(name: string): boolean }

  constructor(names: { has(name: string): boolean }) {
    this.#names = names
  }

  /** Whether the call that is read is of a tool that was offered. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  begin(name: string): boolean {
    this.begun++
    this.#isKnown = this.#names.has(name)
    if (this.#isKnown) this.#pieces.push({ kind: 'call', index: this.calls++, name })
    return this.#isKnown
  }

  write(delta: string): void {
    if (!this.#isKnown || delta === '') return
    this.#pieces.push({ kind: 'arguments', index: this.calls - 1, delta })
  }

  takePieces(): ReplyPiece[] {
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }
}
