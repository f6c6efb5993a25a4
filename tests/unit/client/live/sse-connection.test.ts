import { describe, expect, it } from 'vitest'
import {
  type ConnectionStatus,
  SseConnection,
  type StreamEvent,
} from '@/lib/client/live/sse-connection'
import { FakeClock, settle } from './fake-clock'
import { FakeServer } from './fake-server'

function connect() {
  const clock = new FakeClock()
  const server = new FakeServer()
  const events: StreamEvent[] = []
  const statuses: ConnectionStatus[] = []
  const connection = new SseConnection({
    url: '/stream',
    fetch: server.fetch,
    clock,
    onEvent: (event) => events.push(event),
    onStatus: (status) => statuses.push(status),
  })
  return { clock, server, events, statuses, connection, kind: () => statuses.at(-1)?.kind }
}

describe('SseConnection', () => {
  it.each([500, 403])('stays stopped when it is stopped while it reads a %d', async (status) => {
    const { clock, server, connection, statuses } = connect()
    let end = () => {}
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        end = () => controller.close()
      },
    })
    server.answers.push(() => new Response(body, { status }))
    connection.start()
    await settle()
    connection.stop()
    end()
    await clock.pass(60_000)
    expect(statuses).toEqual([{ kind: 'connecting' }])
    expect(server.requests).toBe(1)
  })

  it('tells no event after the one that has stopped it', async () => {
    const { server, connection, events } = connect()
    connection.start()
    await settle()
    events.push = (...added) => {
      connection.stop()
      return Array.prototype.push.apply(events, added)
    }
    server.write('data: 1\n\ndata: 2\n\n')
    await settle()
    expect(events.map(({ data }) => data)).toEqual(['1'])
  })

  it('reads events with their ids and names', async () => {
    const { server, events, connection, kind } = connect()
    connection.start()
    await settle()
    server.write('retry: 500\n: hello\n\n')
    server.event('e.1', 'progress', { bytes: 1 })
    server.write('data: plain\n\n')
    await settle()
    expect(kind()).toBe('live')
    expect(events).toEqual([
      { event: 'progress', data: '{"bytes":1}', id: 'e.1' },
      { event: 'message', data: 'plain', id: 'e.1' },
    ])
  })

  it('comes back after the last id that it saw, with the delay that the server asked for', async () => {
    const { clock, server, connection, statuses, kind } = connect()
    connection.start('e.7')
    await settle()
    server.write('retry: 500\n\n')
    server.event('e.8', 'progress', {})
    await settle()
    server.end()
    await settle()
    expect(statuses.at(-1)).toMatchObject({ kind: 'reconnecting', at: clock.now() + 500 })
    await clock.pass(500)
    expect(server.lastIds).toEqual(['e.7', 'e.8'])
    expect(kind()).toBe('live')
  })

  it('takes a silent connection for dead, and a comment for life', async () => {
    const { clock, server, connection, kind } = connect()
    connection.start()
    await clock.pass(39_000)
    server.write(': still here\n\n')
    await clock.pass(39_000)
    expect(kind()).toBe('live')
    await clock.pass(2_000)
    expect(kind()).toBe('live')
    expect(server.requests).toBe(2)
    expect(server.open).toBe(1)
  })

  it('waits longer each time nobody answers, but never longer than 30 s', async () => {
    const { clock, server, connection, statuses } = connect()
    server.answers.push(
      ...Array.from({ length: 9 }, () => () => Promise.reject(new TypeError('refused'))),
    )
    connection.start()
    const waits: number[] = []
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await settle()
      const status = statuses.at(-1)
      if (status?.kind !== 'reconnecting') throw new Error(`it is ${status?.kind}`)
      waits.push(status.at - clock.now())
      await clock.pass(status.at - clock.now())
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  it('waits as long as Retry-After says', async () => {
    const { clock, server, connection, statuses } = connect()
    server.answers.push(() => new Response('{}', { status: 503, headers: { 'Retry-After': '12' } }))
    connection.start()
    await settle()
    expect(statuses.at(-1)).toMatchObject({ kind: 'reconnecting', at: clock.now() + 12_000 })
  })

  it('tries at once when it is woken', async () => {
    const { clock, server, connection, kind } = connect()
    server.answers.push(() => Promise.reject(new TypeError('offline')))
    connection.start()
    await settle()
    expect(kind()).toBe('reconnecting')
    connection.wake()
    await settle()
    expect(kind()).toBe('live')
    expect(clock.pending).toBe(1)
  })

  it('stops for good where the server refuses, and where the stream is over', async () => {
    const refused = connect()
    refused.server.answers.push(() =>
      Response.json(
        {
          error: {
            message: 'Sign in first.',
            type: 't',
            code: 'unauthenticated',
            param: null,
            hint: null,
          },
        },
        { status: 401 },
      ),
    )
    refused.connection.start()
    await refused.clock.pass(600_000)
    expect(refused.statuses.at(-1)).toMatchObject({
      kind: 'refused',
      status: 401,
      message: 'Sign in first.',
    })
    expect(refused.server.requests).toBe(1)

    const over = connect()
    over.server.answers.push(() => new Response(null, { status: 204 }))
    over.connection.start()
    await over.clock.pass(600_000)
    expect(over.kind()).toBe('ended')
    expect(over.server.requests).toBe(1)
  })

  it('leaves no timer and no request behind when it is stopped', async () => {
    const { clock, server, connection, statuses } = connect()
    connection.start()
    await settle()
    connection.stop()
    await settle()
    const before = statuses.length
    await clock.pass(600_000)
    expect(clock.pending).toBe(0)
    expect(server.open).toBe(0)
    expect(statuses.length).toBe(before)
  })
})
