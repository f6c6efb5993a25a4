import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { toFault } from '@/lib/downloads/transfer/faults'
import { AddressPolicy } from '@/lib/platform/http/address-policy'
import { HttpClient } from '@/lib/platform/http/http-client'
import { until } from '../../../support/until'

/** What the server does with each request, in order. */
type Act = (socket: Socket, request: string) => void

let server: Server
let client: HttpClient
let acts: Act[]
let connections: Socket[]
let requests: string[]
const never = new AbortController().signal
const CRLF = Buffer.from('\r\n')
vi.setConfig({ testTimeout: 60_000 })

beforeEach(async () => {
  acts = []
  connections = []
  requests = []
  server = createServer((socket) => {
    connections.push(socket)
    socket.on('data', (bytes) => {
      requests.push(bytes.toString('latin1'))
      acts.shift()?.(socket, bytes.toString('latin1'))
    })
    socket.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  client = new HttpClient({ policy: new AddressPolicy(origin(), []), timeoutMs: 20_000 })
})
afterEach(async () => {
  await client.close()
  for (const socket of connections) socket.destroy()
  server.close()
  await once(server, 'close')
})

function origin(): string {
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return `http://127.0.0.1:${port}`
}

const place = (path = '/x?y=1') => ({ url: new URL(path, origin()), from: null })
const ask = (signal = never) => client.get(place(), { headers: { range: 'bytes=0-9' }, signal })
const says =
  (body: string, headers = ''): Act =>
  (socket) =>
    socket.write(`HTTP/1.1 206 OK\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`)

describe('a connection', () => {
  test('is used for the next request, too', async () => {
    acts = [says('one'), says('two')]
    for (const word of ['one', 'two']) {
      const { status, body } = await ask()
      expect(status).toBe(206)
      expect(await text(body)).toBe(word)
    }
    expect(connections).toHaveLength(1)
    expect(requests[0]).toMatch(/^GET \/x\?y=1 HTTP\/1\.1\r\n/)
    expect(requests[0]).toContain('range: bytes=0-9\r\n')
    expect(requests[0]).toContain('accept-encoding: identity\r\n')
  })

  test('that the server closed while it was idle is no failure, once', async () => {
    acts = [says('one'), (socket) => socket.destroy(), says('two')]
    await text((await ask()).body)
    expect(await text((await ask()).body)).toBe('two')
    acts = [(socket) => socket.destroy(), (socket) => socket.destroy()]
    await expect(ask()).rejects.toThrow()
    expect(acts).toHaveLength(0)
  })

  test('that closes, or says more than was asked, is not used again', async () => {
    acts = [
      says('one', 'Connection: close\r\n'),
      (s) => s.write('HTTP/1.1 206 OK\r\nContent-Length: 2\r\n\r\ntwotwo'),
      says('three'),
    ]
    expect(await text((await ask()).body)).toBe('one')
    expect(await text((await ask()).body)).toBe('tw')
    expect(await text((await ask()).body)).toBe('three')
    expect(connections).toHaveLength(3)
  })

  test('is closed when nobody reads on, also in the middle of a body', async () => {
    acts = [(s) => s.write('HTTP/1.1 206 OK\r\nContent-Length: 10\r\n\r\nfour')]
    ;(await ask()).body.destroy()
    await until(() => connections.every((socket) => socket.destroyed))
  })

  test('waits for whoever reads: a body that nobody reads stays with the server', async () => {
    let taken = true
    acts = [
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n')
        const slice = Buffer.alloc(1 << 20)
        const more = () => {
          for (taken = true; taken && socket.bytesWritten < 900_000_000; )
            taken = socket.write(slice)
        }
        socket.on('drain', more)
        more()
      },
    ]
    const { body } = await ask()
    await until(() => body.readableLength > 0 && !taken)
    const sent = connections[0]?.bytesWritten ?? 0
    // What the kernel holds for both sides, and one buffer.
    expect(sent).toBeLessThan(30_000_000)
    expect(body.readableLength).toBeLessThan(1_000_000)
    body.destroy()
  })
})

describe('what is no reply is an error, at once', () => {
  test.each<[string, Act, string, RegExp]>([
    ['nonsense', (s) => s.write('220 mail.example ESMTP\r\n\r\n'), 'bad_reply', /HTTP/],
    ['the end', (s) => s.end(), 'transient', /closed the connection/],
    [
      'a switch to another protocol',
      (s) =>
        s.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
      'bad_reply',
      /another protocol/,
    ],
    ['a 100', (s) => s.write('HTTP/1.1 100 Continue\r\n\r\n'), 'bad_reply', /another protocol/],
    [
      'two lengths',
      (s) => s.write('HTTP/1.1 206 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nfour'),
      'bad_reply',
      /HTTP/,
    ],
    [
      'headers without end',
      (s) => s.write(`HTTP/1.1 206 OK\r\nA: ${'x'.repeat(70_000)}`),
      'bad_reply',
      /HTTP/,
    ],
  ])('%s', async (_name, act, kind, message) => {
    acts = [act, act]
    const error = await ask().catch((thrown: unknown) => thrown)
    const fault = toFault(error)
    expect(fault.message).toMatch(message)
    expect(fault.fault.kind).toBe(kind)
  })

  test.each<[string, Act]>([
    ['silence', () => undefined],
    ['half a head', (s) => s.write('HTTP/1.1 206 OK\r\nContent-')],
    ['hints without end', (s) => hint(s)],
  ])('%s, when its time is over', async (_name, act) => {
    await client.close()
    client = new HttpClient({ policy: new AddressPolicy(origin(), []), timeoutMs: 200 })
    acts = [act]
    await expect(ask()).rejects.toThrow('did not answer in time')
    await until(() => connections.every((socket) => socket.destroyed))
  })

  test('an interim reply is none', async () => {
    acts = [(s) => s.write('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'.concat(reply('six by')))]
    expect(await text((await ask()).body)).toBe('six by')
  })

  test('a body that is cut, or stalls', async () => {
    const part = 'HTTP/1.1 206 OK\r\nContent-Length: 10\r\n\r\nfour'
    acts = [(s) => s.end(part), (s) => s.write(part)]
    await expect(text((await ask()).body)).rejects.toThrow()
    const { body } = await client.get(place(), { signal: never, stallMs: 50 })
    await expect(text(body)).rejects.toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' })
  })
})

describe('an aborted request', () => {
  const reason = new Error('enough')

  test('ends with the reason: before it is sent, before its reply and in its body', async () => {
    await expect(ask(AbortSignal.abort(reason))).rejects.toBe(reason)
    const stop = new AbortController()
    acts = [() => stop.abort(reason)]
    await expect(ask(stop.signal)).rejects.toBe(reason)
    acts = [(s) => s.write('HTTP/1.1 206 OK\r\nContent-Length: 10\r\n\r\nfour')]
    const later = new AbortController()
    const { body } = await ask(later.signal)
    const reading = expect(text(body)).rejects.toBe(reason)
    later.abort(reason)
    await reading
    await until(() => connections.every((socket) => socket.destroyed))
  })
})

test('an aborted request ends while the name is looked up, too', async () => {
  const reason = new Error('enough')
  const policy = new AddressPolicy('https://hub.test', [], () => undefined)
  const waiting = new HttpClient({ policy, timeoutMs: 60_000 })
  const stop = new AbortController()
  const from = new URL('https://hub.test')
  const url = new URL('https://cdn.hub.test/x')
  const asked = expect(waiting.get({ url, from }, { signal: stop.signal })).rejects.toBe(reason)
  await new Promise(setImmediate)
  stop.abort(reason)
  await asked
  await waiting.close()
})

describe('a redirect', () => {
  const to = (location: string, body = ''): Act => says(body, `Location: ${location}\r\n`)
  const redirect =
    (location: string, body = ''): Act =>
    (socket, request) =>
      to(location, body)(
        Object.assign(Object.create(socket), {
          write: (said: string) => socket.write(said.replace('206 OK', '302 Found')),
        }),
        request,
      )

  test('is followed over the same connection, and its headers are kept', async () => {
    acts = [redirect('/y', 'moved'), says('there')]
    const { body, place: at, redirects } = await ask()
    expect(await text(body)).toBe('there')
    expect(at).toEqual({ url: new URL('/y', origin()), from: place().url })
    expect(redirects).toMatchObject([{ location: '/y' }])
    expect(connections).toHaveLength(1)
  })

  test('whose own body drips without end holds nobody up', async () => {
    let dripping: NodeJS.Timeout | undefined
    const drip: Act = (socket) => {
      socket.write('HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 60000\r\n\r\n')
      dripping = setInterval(() => socket.write('.'), 50)
    }
    acts = [drip, says('there')]
    const { body } = await ask()
    clearInterval(dripping)
    expect(await text(body)).toBe('there')
  })

  test('whose own body has no end is cut', async () => {
    const pour: Act = (socket) => {
      socket.write('HTTP/1.1 302 Found\r\nLocation: /y\r\nTransfer-Encoding: chunked\r\n\r\n')
      const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1 << 20), CRLF])
      const more = () => {
        while (!socket.destroyed && socket.write(chunk));
      }
      socket.on('drain', more)
      more()
    }
    acts = [pour, says('there')]
    expect(await text((await ask()).body)).toBe('there')
    // What the kernel holds for both sides.
    expect(connections[0]?.bytesWritten).toBeLessThan(30_000_000)
  })

  test('takes no token to another host, and none of many leads on for ever', async () => {
    await client.close()
    const { port } = new URL(origin())
    const policy = new AddressPolicy(origin(), [`localhost:${port}`])
    client = new HttpClient({ policy, token: 'hf_secret', timeoutMs: 20_000 })
    acts = [redirect(`http://localhost:${port}/y`), redirect(`${origin()}/z`), says('there')]
    expect(await text((await ask()).body)).toBe('there')
    const tokens = requests.map((request) => /^authorization: (.*)$/im.exec(request)?.[1])
    expect(tokens).toEqual(['Bearer hf_secret', undefined, 'Bearer hf_secret'])
    acts = Array.from({ length: 20 }, (_, hop) => redirect(`/${hop}`))
    await expect(ask()).rejects.toMatchObject({ code: 'redirect_loop' })
  })

  test.each([
    ['http://10.0.0.1/x', 'address_refused'],
    ['https://example.com/x', 'address_refused'],
    ['file:///etc/passwd', 'address_refused'],
    ['http://[', 'bad_reply'],
    ['/x?y=1', 'redirect_loop'],
  ])('to %s is refused: %s', async (location, code) => {
    acts = [redirect(location)]
    await expect(ask()).rejects.toMatchObject({ code })
  })
})

describe('a name', () => {
  test('that leads to a private address is refused when the connection is made', async () => {
    const policy = new AddressPolicy('https://hub.test', [], (_name, done) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]),
    )
    const { port } = new URL(origin())
    const checked = new HttpClient({ policy, timeoutMs: 5000 })
    const url = new URL(`https://cdn.hub.test:${port}/x`)
    const asked = checked.get({ url, from: new URL('https://hub.test') }, { signal: never })
    await expect(asked).rejects.toMatchObject({ code: 'address_refused' })
    expect(connections).toHaveLength(0)
    await checked.close()
  })
})

describe('a proxy', () => {
  const through = (except?: string) =>
    new HttpClient({
      policy: new AddressPolicy('http://hub.test', []),
      timeoutMs: 2000,
      proxy: { http: origin().replace('//', '//me:secret@'), except },
    })

  test('is asked for the whole address, with its password', async () => {
    acts = [says('by proxy')]
    const proxied = through()
    const url = new URL('http://hub.test/x')
    const { body } = await proxied.get({ url, from: null }, { signal: never })
    expect(await text(body)).toBe('by proxy')
    expect(requests[0]).toMatch(/^GET http:\/\/hub\.test\/x HTTP\/1\.1\r\n/)
    expect(requests[0]).toMatch(/^host: hub\.test\r$/im)
    const basic = Buffer.from('me:secret').toString('base64')
    expect(requests[0]).toMatch(new RegExp(`^proxy-authorization: Basic ${basic}\r$`, 'im'))
    acts = [(s) => s.write('HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n')]
    await expect(proxied.get({ url, from: null }, { signal: never })).rejects.toMatchObject({
      code: 'proxy_refused',
    })
    await proxied.close()
  })

  test('makes a tunnel for https; one that refuses or closes it is an error', async () => {
    const proxied = through()
    const url = new URL('https://cdn.hub.test/x')
    const from = new URL('http://hub.test/x')
    acts = [(s) => s.write('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')]
    const asked = () => proxied.get({ url, from }, { signal: never })
    await expect(asked()).rejects.toMatchObject({ code: 'proxy_refused' })
    expect(requests[0]).toMatch(/^CONNECT cdn\.hub\.test:443 HTTP\/1\.1\r\n/)
    acts = Array.from({ length: 100 }, () => (s: Socket) => s.destroy())
    await expect(asked()).rejects.toThrow('makes no connection')
    expect(requests).toHaveLength(2)
    await proxied.close()
  })

  test('still lets nobody ask for a private address, or another host', async () => {
    const proxied = through()
    for (const address of ['http://10.0.0.1/x', 'https://example.com/x'])
      await expect(
        proxied.get({ url: new URL(address), from: null }, { signal: never }),
      ).rejects.toMatchObject({ code: 'address_refused' })
    expect(requests).toEqual([])
    await proxied.close()
  })

  test('is not asked for what it is not for', async () => {
    const policy = new AddressPolicy(origin(), [])
    const proxy = { http: 'http://127.0.0.1:9', except: '127.0.0.1' }
    const direct = new HttpClient({ policy, timeoutMs: 5000, proxy })
    acts = [says('direct')]
    expect(await text((await direct.get(place(), { signal: never })).body)).toBe('direct')
    await direct.close()
  })
})

function reply(body: string): string {
  return `HTTP/1.1 206 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

function hint(socket: Socket): void {
  const again = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 20)
  socket.on('close', () => clearInterval(again))
}
