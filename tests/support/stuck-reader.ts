import { createServer, type Server, type Socket } from 'node:net'
import { openSocket, rawText } from './raw-socket'
import type { Target } from './raw-stream'

/** A client that asks for a stream, reads its beginning and then takes nothing more, with its connection open. */
export class StuckReader {
  private readonly socket: Socket
  text = ''
  /** Whether its connection is gone: it can only tell once it reads again. */
  closed = false

  constructor({ url, key }: Target, path: string) {
    this.socket = openSocket(url)
    this.socket.write(rawText(`GET ${path}`, { Authorization: `Bearer ${key}` }))
    this.socket.on('data', (chunk) => {
      this.text += chunk
    })
    this.socket.on('close', () => {
      this.closed = true
    })
  }

  stopReading(): void {
    this.socket.pause()
  }

  readOn(): void {
    this.socket.resume()
  }

  leave(): void {
    this.socket.destroy()
  }
}

/** A way to the server that can break in silence: both ends stay open, and nothing passes, not even a goodbye. */
export class BreakablePath {
  private readonly server: Server
  private readonly sockets: Socket[] = []

  private constructor(private readonly target: Target) {
    this.server = createServer((client) => {
      const upstream = openSocket(target.url)
      this.sockets.push(client, upstream)
      client.on('error', () => undefined)
      client.on('data', (chunk) => upstream.write(chunk))
      upstream.on('data', (chunk) => client.write(chunk))
    })
  }

  static async to(target: Target): Promise<BreakablePath> {
    const path = new BreakablePath(target)
    await new Promise<void>((resolve) => path.server.listen(0, '127.0.0.1', resolve))
    return path
  }

  /** The same server, by this way. */
  get entrance(): Target {
    const address = this.server.address()
    if (typeof address !== 'object' || !address) throw new Error('The path is not open.')
    return { ...this.target, url: `http://127.0.0.1:${address.port}` }
  }

  /** From now on nothing passes. */
  break(): void {
    for (const socket of this.sockets) socket.pause()
  }

  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }
}
