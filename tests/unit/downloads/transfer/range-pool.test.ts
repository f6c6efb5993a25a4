import { lookup } from 'node:dns'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Body } from '@/lib/downloads/transfer/body'
import { RangePool } from '@/lib/downloads/transfer/range-pool'
import { until } from '../../../support/until'

/** What the server does with each request, in order: the socket and the number of its connection. */
type Act = (socket: Socket, connection: number) => void

let server: Server
let pool: RangePool
let acts: Act[]
let connections: Socket[]
const never = new AbortController().signal

beforeEach(async () => {
  acts = []
  connections = []
  server = createServer((socket) => {
    connections.push(socket)
    const number = connections.length
    socket.on('data', () => acts.shift()?.(socket, number))
    socket.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  pool = new RangePool(() => lookup, 400)
})
afterEach(async () => {
  pool.close()
  for (const socket of connections) socket.destroy()
  server.close()
  await once(server, 'close')
})

const says =
  (body: string, headers = ''): Act =>
  (socket) =>
    socket.write(`HTTP/1.1 206 OK\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`)

function ask(signal = never) {
  const { port } = server.address() as AddressInfo
  return pool.ask(new URL(`http://localhost:${port}/x?y=1`), { Range: 'bytes=0-9' }, signal)
}

function read(body: Body | null): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: string[] = []
    body?.on('data', (bytes) => parts.push(bytes.toString()))
    body?.on('end', () => resolve(parts.join('')))
    body?.on('error', reject)
  })
}

test('sends a GET, and the next one over the same connection', async () => {
  const seen: string[] = []
  server.on('connection', (socket) => socket.on('data', (bytes) => seen.push(bytes.toString())))
  acts = [says('one'), says('two')]
  for (const word of ['one', 'two']) {
    const { head, body } = await ask()
    expect(head.status).toBe(206)
    expect(await read(body)).toBe(word)
    expect(body?.complete).toBe(true)
  }
  expect(connections).toHaveLength(1)
  expect(seen[0]).toMatch(
    /^GET \/x\?y=1 HTTP\/1\.1\r\nHost: localhost:\d+\r\nRange: bytes=0-9\r\n\r\n$/,
  )
})

test('reads a head and a body that come in pieces, after an interim reply', async () => {
  acts = [
    async (socket) => {
      const text =
        'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 206 OK\r\nContent-Length: 6\r\n\r\nsix by'
      for (const letter of text) {
        socket.write(letter)
        await new Promise(setImmediate)
      }
    },
  ]
  expect(await read((await ask()).body)).toBe('six by')
})

test('a body that was stopped when it ended leaves its connection as good as new', async () => {
  acts = [says('one'), says('two')]
  const { body } = await ask()
  body?.on('data', () => body.pause())
  await read(body)
  expect(await read((await ask()).body)).toBe('two')
  expect(connections).toHaveLength(1)
})

test('waits for whoever reads, and stops for it', async () => {
  const big = 'x'.repeat(8_000_000)
  acts = [says(big)]
  const { body } = await ask()
  let got = 0
  let paused = false
  body?.on('data', (bytes) => {
    expect(paused).toBe(false)
    got += bytes.length
    paused = true
    body.pause()
    setImmediate(() => {
      paused = false
      body.resume()
    })
  })
  await until(() => body?.complete)
  expect(got).toBe(big.length)
})

test('asks again when the server closed an idle connection, and only then', async () => {
  acts = [says('one'), (socket) => socket.destroy(), says('two'), (socket) => socket.destroy()]
  await read((await ask()).body)
  expect(await read((await ask()).body)).toBe('two')
  connections.at(-1)?.destroy()
  await expect(ask()).rejects.toThrow()
  expect(acts).toHaveLength(0)
})

test('does not use a connection again that closes, or that says more than was asked', async () => {
  acts = [
    says('one', 'Connection: close\r\n'),
    (s) => s.write('HTTP/1.1 206 OK\r\nContent-Length: 2\r\n\r\ntwotwo'),
    says('three'),
  ]
  expect(await read((await ask()).body)).toBe('one')
  expect(await read((await ask()).body)).toBe('tw')
  expect(await read((await ask()).body)).toBe('three')
  expect(connections).toHaveLength(3)
})

test('gives no body where it can not be counted', async () => {
  acts = [(socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')]
  expect(await ask()).toMatchObject({ head: { status: 200, length: null }, body: null })
})

test.each([
  ['nonsense', (socket: Socket) => socket.write('220 mail.example ESMTP\r\n\r\n'), 'HTTP'],
  ['silence', () => undefined, 'in time'],
  ['the end', (socket: Socket) => socket.end(), 'closed'],
])('%s instead of a reply is an error', async (_name, act, message) => {
  acts = [act]
  await expect(ask()).rejects.toThrow(message)
})

test('a body that is cut, or read no longer, ends its connection', async () => {
  const part = 'HTTP/1.1 206 OK\r\nContent-Length: 10\r\n\r\nfour'
  acts = [(s) => s.end(part), (s) => s.write(part), (s) => s.write(part)]
  await expect(read((await ask()).body)).rejects.toThrow('closed')
  const stop = new AbortController()
  const { body } = await ask(stop.signal)
  const reading = expect(read(body)).rejects.toThrow('enough')
  stop.abort(new Error('enough'))
  await reading
  ;(await ask()).body?.destroy()
  await until(() => connections.every((socket) => socket.destroyed))
})

test('an aborted request is the reason, before the reply and before the connection', async () => {
  acts = [() => undefined]
  const stop = new AbortController()
  const asked = expect(ask(stop.signal)).rejects.toThrow('enough')
  await until(() => acts.length === 0)
  stop.abort(new Error('enough'))
  await asked
  await expect(ask(stop.signal)).rejects.toThrow('enough')
})
