import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Passes bytes on to a server, and cuts the n-th connection after the n-th number of bytes of answer. */
export class CuttingRelay {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  /** What was asked for, a line for each request. */
  readonly asked: string[] = []

  /** @param cuts bytes, the head of the answer counted; connections beyond them are left alone */
  constructor(upstream: string, cuts: readonly number[]) {
    const { hostname, port } = new URL(upstream)
    let connections = 0
    this.#server = createServer((client) => {
      let left = cuts[connections++] ?? Number.POSITIVE_INFINITY
      const upstreamSocket = connect(Number(port), hostname)
      for (const [one, other] of [
        [client, upstreamSocket],
        [upstreamSocket, client],
      ] as const) {
        this.#open.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          this.#open.delete(one)
          other.destroy()
        })
      }
      client.on('data', (chunk: Buffer) => {
        const [line] = /^(?:GET|POST) .*/.exec(chunk.toString('latin1')) ?? []
        if (line) this.asked.push(line)
        upstreamSocket.write(chunk)
      })
      upstreamSocket.on('data', (chunk: Buffer) => {
        client.write(chunk.subarray(0, left))
        left -= chunk.byteLength
        if (left <= 0) client.resetAndDestroy()
      })
    })
  }

  /** Begins to listen, and says where. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve)
    })
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('It listens nowhere.')
    return `http://127.0.0.1:${address.port}`
  }

  async dispose(): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
