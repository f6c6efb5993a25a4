import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Body } from './body'
import { CountedBody } from './counted-body'
import { parseReplyHead, type ReplyHead } from './reply-head'

/** A reply whose body is counted. `body` is null when it is not; the connection is closed then. */
export type RangeReply = { head: ReplyHead; body: Body | null }

type Asked = { resolve(reply: RangeReply): void; reject(error: Error): void }

/** For heads, and for what comes before somebody tells where bytes go. */
const READ_BYTES = 64 * 1024
const IDLE_MS = 30_000

/**
 * A connection for ranges of files, one after the other. Node's own client copies every 64 KiB of a body twice and
 * makes an object of each; this one reads right into the memory that is written from.
 */
export class RangeConnection {
  readonly #socket: Socket
  readonly #own = Buffer.allocUnsafeSlow(READ_BYTES)
  /** Where the system puts what comes next. */
  #target: Buffer = this.#own
  #head: Buffer | null = null
  #asked: Asked | null = null
  #body: CountedBody | null = null
  #failure = new Error('The server closed the connection.')
  #heard = false

  /** Connects. @param lookup checks the addresses that a name stands for. */
  constructor(url: URL, lookup: LookupFunction) {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const secure = url.protocol === 'https:'
    const port = Number(url.port || (secure ? 443 : 80))
    const onread = {
      buffer: () => this.#nextTarget(),
      callback: (bytes: number) => this.#read(this.#target.subarray(0, bytes)),
    }
    const options = { host, port, lookup, onread, noDelay: true, keepAlive: true }
    this.#socket = secure
      ? connectTls({ ...options, servername: isIP(host) ? '' : host, ALPNProtocols: ['http/1.1'] })
      : connectTcp(options)
    this.#socket.on('error', (error) => {
      this.#failure = error
    })
    this.#socket.on('timeout', () => this.destroy())
    this.#socket.on('close', () => this.#closed())
  }

  /** Whether the server said anything to the newest request. */
  get heard(): boolean {
    return this.#heard
  }

  /** Whether it can take a request. */
  get free(): boolean {
    return !this.#socket.destroyed && this.#asked === null && this.#body === null
  }

  /** Sends a request, given as its head, and waits for the head of the reply. @throws the error of the connection. */
  ask(request: string): Promise<RangeReply> {
    this.#head = Buffer.alloc(0)
    this.#heard = false
    this.#socket.ref()
    this.#socket.setTimeout(0)
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject }
      this.#socket.write(request, 'latin1')
    })
  }

  /** It has nothing to do: it does not keep the process, and closes after a while. */
  rest(): void {
    this.#socket.unref()
    this.#socket.setTimeout(IDLE_MS)
  }

  /** Closes it at once. @param reason what whoever reads gets to know. */
  destroy(reason?: Error): void {
    if (reason) this.#failure = reason
    this.#socket.destroy()
  }

  /** Asked after each read. */
  #nextTarget(): Buffer {
    this.#target = this.#body?.room() ?? this.#own
    return this.#target
  }

  #read(fresh: Buffer): boolean {
    this.#heard = true
    if (this.#body) this.#body.receive(fresh)
    else if (this.#head) this.#readHead(Buffer.concat([this.#head, fresh]))
    else this.destroy(new Error('The server speaks without being asked.'))
    return true
  }

  #readHead(bytes: Buffer): void {
    try {
      const parsed = parseReplyHead(bytes)
      this.#head = parsed ? null : bytes
      if (!parsed) return
      // An interim reply comes before the real one.
      if (parsed.head.status < 200) {
        this.#head = Buffer.alloc(0)
        this.#readHead(bytes.subarray(parsed.bytes))
      } else this.#begin(parsed.head, bytes.subarray(parsed.bytes))
    } catch (error) {
      this.destroy(error instanceof Error ? error : undefined)
    }
  }

  #begin(head: ReplyHead, early: Buffer): void {
    const asked = this.#asked
    this.#asked = null
    if (head.length === null) this.destroy()
    else
      this.#body = new CountedBody(head.length, early, {
        pause: () => this.#socket.pause(),
        resume: () => this.#socket.resume(),
        destroy: () => this.destroy(),
        done: () => {
          this.#body = null
          // Whoever read may have stopped it meanwhile; the next one begins as with a new one.
          if (head.reusable) this.#socket.resume()
          else this.destroy()
        },
      })
    asked?.resolve({ head, body: this.#body })
  }

  #closed(): void {
    this.#asked?.reject(this.#failure)
    this.#body?.fail(this.#failure)
    this.#asked = null
    this.#body = null
  }
}
