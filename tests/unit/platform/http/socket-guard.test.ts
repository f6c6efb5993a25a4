import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guardSockets } from '@/lib/platform/http/server-requests'

const STALL_MS = 400

/** Real sockets, because what is guarded is how the kernel and Node buffer them. */
describe('guardSockets', () => {
  let server: Server
  let stop: () => void
  const closed = new Set<string>()
  const clients: Socket[] = []

  beforeEach(async () => {
    closed.clear()
    stop = guardSockets({ stallMs: STALL_MS })
    server = createServer(answer)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })

  afterEach(async () => {
    stop()
    for (const client of clients.splice(0)) client.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    request.socket.once('close', () => closed.add(path))
    const type = path.startsWith('/stream') ? 'text/event-stream' : 'text/plain'
    response.setHeader('Content-Type', type)
    // An answer that says nothing for several stall times is slow, and that is all.
    if (path.endsWith('/quiet')) setTimeout(() => response.end('data: late\n\n'), 3 * STALL_MS)
    else if (path.endsWith('/reading')) drip(response)
    else pour(response)
  }

  /** Writes a little now and then: more would keep this process from doing anything else. */
  function drip(response: ServerResponse): void {
    const timer = setInterval(() => response.write('data: drop\n\n'), STALL_MS / 8)
    response.once('close', () => clearInterval(timer))
  }

  /** Writes as much as the reader takes. */
  function pour(response: ServerResponse): void {
    const chunk = Buffer.alloc(64 * 1024, '.')
    while (!response.destroyed && response.write(chunk)) {
      // Until the socket has enough.
    }
    response.once('drain', () => pour(response))
  }

  function get(path: string): Socket {
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const client = connect(port, '127.0.0.1')
    client.on('error', () => undefined)
    client.write(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`)
    clients.push(client)
    return client
  }

  /** Reads until `text` has come. */
  function read(client: Socket, text: string): Promise<void> {
    let seen = ''
    return new Promise((resolve) => {
      client.on('data', (chunk: Buffer) => {
        seen = (seen + chunk).slice(-1000)
        if (seen.includes(text)) resolve()
      })
    })
  }

  it('destroys the socket of an event stream whose reader takes nothing', async () => {
    get('/stream/stalled').pause()
    await expect.poll(() => closed.has('/stream/stalled'), { timeout: 25_000 }).toBe(true)
  }, 30_000)

  it('leaves alone whoever reads, whatever is silent, and every other answer', async () => {
    const reading = get('/stream/reading')
    const download = get('/download')
    download.pause()
    reading.resume()
    const silent = [get('/stream/quiet'), get('/plain/quiet')]
    await Promise.all(silent.map((client) => read(client, 'late')))
    for (const path of ['/stream/reading', '/download', '/stream/quiet', '/plain/quiet'])
      expect(closed.has(path)).toBe(false)
  }, 30_000)

  it('sees nothing more once it is stopped', async () => {
    stop()
    const timeouts: (number | undefined)[] = []
    server.prependListener('request', ({ socket }) => timeouts.push(socket.timeout))
    await read(get('/plain/quiet'), 'late')
    expect(timeouts).toEqual([undefined])
  }, 30_000)
})
