import { EventEmitter } from 'node:events'
import type { Body } from './body'

/** What a body does with its connection. */
export type BodyControl = {
  pause(): void
  resume(): void
  /** The last byte came. */
  done(): void
  destroy(): void
}

/**
 * The body of a reply whose length its head told. It waits until somebody listens for `data`, whose bytes are those
 * of the connection's one buffer, or of the memory that whoever listens gives.
 */
export class CountedBody extends EventEmitter implements Body {
  readonly #control: BodyControl
  #left: number
  /** What came together with the head, before anybody listened. */
  #early: Buffer | null
  #room: (() => Buffer | null) | null = null
  #closed = false

  constructor(length: number, early: Buffer, control: BodyControl) {
    super()
    this.#left = length
    this.#early = early
    this.#control = control
    // Whoever reads handles errors; before that there may be nobody yet.
    this.on('error', () => undefined)
    this.on('newListener', (event) => {
      if (event === 'data') queueMicrotask(() => this.#begin())
    })
    control.pause()
  }

  get complete(): boolean {
    return this.#left === 0 && this.#early === null
  }

  readInto(room: () => Buffer | null): void {
    this.#room = room
  }

  /** Where the next bytes go, when whoever listens cares. */
  room(): Buffer | null {
    return this.#closed ? null : (this.#room?.() ?? null)
  }

  /** Bytes that the connection read. */
  receive(bytes: Buffer): void {
    if (this.#closed) return
    const wanted = bytes.subarray(0, this.#left)
    this.#left -= wanted.length
    if (wanted.length > 0) this.emit('data', wanted)
    if (this.#left > 0 || this.#closed) return
    this.#closed = true
    // What follows was not asked for: such a connection is not to be used again.
    if (wanted.length < bytes.length) this.#control.destroy()
    else this.#control.done()
    this.emit('end')
  }

  /** The connection ended before the body did. */
  fail(error: Error): void {
    if (this.#closed) return
    this.#closed = true
    this.emit('error', error)
    this.emit('close')
  }

  pause(): void {
    if (!this.#closed) this.#control.pause()
  }

  resume(): void {
    if (!this.#closed) this.#control.resume()
  }

  destroy(): void {
    if (!this.#closed) this.#control.destroy()
  }

  #begin(): void {
    const early = this.#early
    if (!early || this.#closed) return
    this.#early = null
    this.#control.resume()
    this.receive(early)
  }
}

/** The body of a reply that has none, or none that anybody would read. */
export function emptyBody(): CountedBody {
  const ignore = () => undefined
  const control = { pause: ignore, resume: ignore, done: ignore, destroy: ignore }
  return new CountedBody(0, Buffer.alloc(0), control)
}
