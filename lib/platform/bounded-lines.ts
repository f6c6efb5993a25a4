import { Writable } from 'node:stream'

/** Bytes that may wait to be written. */
const MAX_WAITING = 1024 * 1024

/** Where lines go: `process.stderr`, or what a test puts in its place. */
type Target = Pick<Writable, 'write' | 'writableLength' | 'on'>

/**
 * Passes lines on while somebody takes them, and drops them otherwise: a reader of the log that has stopped, or is
 * gone, neither stops the server nor fills its memory. How many were dropped is told once there is room again.
 */
export class BoundedLines extends Writable {
  readonly #target: Target
  readonly #maxWaiting: number
  #dropped = 0

  constructor(target: Target, maxWaiting = MAX_WAITING) {
    super({ decodeStrings: false })
    this.#target = target
    this.#maxWaiting = maxWaiting
    // A pipe whose reader is gone: there is nobody to tell.
    target.on('error', () => {})
  }

  override _write(
    line: string | Uint8Array,
    _encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    if (this.#target.writableLength > this.#maxWaiting) this.#dropped += 1
    else {
      unblock(this.#target)
      this.#tellDropped()
      this.#target.write(line)
    }
    callback()
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return
    const msg = `${this.#dropped} lines of the log were dropped, since nobody took them`
    this.#dropped = 0
    this.#target.write(`${JSON.stringify({ level: 40, time: Date.now(), msg })}\n`)
  }
}

/**
 * Lets writes to a pipe wait in memory instead of stopping the process. Node sets that up, but it belongs to the pipe and
 * not to the process: libuv makes the pipe block again for every child that inherits it, and so for its parent. Files
 * never wait, and have no such switch; Node itself offers none.
 */
function unblock(stream: object): void {
  const handle: unknown = Reflect.get(stream, '_handle')
  if (typeof handle !== 'object' || handle === null) return
  const setBlocking: unknown = Reflect.get(handle, 'setBlocking')
  if (typeof setBlocking === 'function') setBlocking.call(handle, false)
}
